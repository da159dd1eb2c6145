use std::{sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use matchday_event::FaultCode;
use reqwest::{
    StatusCode, Url,
    header::{self, HeaderMap, HeaderName, HeaderValue},
};
use tokio::time::Instant;

use super::{
    Driver, DriverError, FeedShared, Stopping, TakeError,
    breaker::{Breaker, backoff},
};

/// How a feed is asked for.
#[derive(Clone)]
pub struct PollConfig {
    /// The address.
    pub url: String,
    /// Time from one request to the next.
    pub interval: Duration,
    /// Longest time for one answer, its body included.
    pub timeout: Duration,
    /// Most bytes of a body, unpacked.
    pub max_body_bytes: usize,
    /// Longest pause between tries of a provider that fails.
    pub max_backoff: Duration,
    /// Failures in a row that open the breaker.
    pub breaker_failures: u32,
    /// How long an open breaker rests.
    pub breaker_rest: Duration,
    /// Headers to send, such as a key. Their values are never shown.
    pub headers: Vec<(String, String)>,
}

impl PollConfig {
    /// Once a second, with the usual limits.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            interval: Duration::from_secs(1),
            timeout: Duration::from_secs(5),
            max_body_bytes: 16 << 20,
            max_backoff: Duration::from_secs(30),
            breaker_failures: 5,
            breaker_rest: Duration::from_secs(30),
            headers: Vec::new(),
        }
    }

    pub(super) fn check(&self, feed: &Arc<str>) -> Result<Url, DriverError> {
        let wrong = |reason: &str| DriverError::Url {
            feed: feed.clone(),
            url: shown(&self.url),
            reason: reason.to_owned(),
        };
        let url = Url::parse(&self.url).map_err(|e| {
            wrong(&format!(
                "{e}; write it out, such as http://127.0.0.1:9000/games"
            ))
        })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong("only http and https can be polled"));
        }
        self.header_map()
            .ok_or_else(|| wrong("a header to send has a bad name or value"))?;
        Ok(url)
    }

    fn header_map(&self) -> Option<HeaderMap> {
        let mut map = HeaderMap::new();
        for (name, value) in &self.headers {
            let mut value = HeaderValue::from_str(value).ok()?;
            value.set_sensitive(true);
            map.append(HeaderName::try_from(name).ok()?, value);
        }
        Some(map)
    }
}

impl std::fmt::Debug for PollConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PollConfig")
            .field("url", &shown(&self.url))
            .field("interval", &self.interval)
            .finish_non_exhaustive()
    }
}

/// An address without its query, which is where providers take keys.
pub(super) fn shown(url: &str) -> String {
    url.split(['?', '#']).next().unwrap_or_default().to_owned()
}

enum Answer {
    NotModified,
    Body(Bytes),
}

struct Failure {
    code: FaultCode,
    message: String,
    retry_after: Option<Duration>,
}

impl Failure {
    fn new(code: FaultCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            retry_after: None,
        }
    }
}

/// What the last good answer said of itself, sent back to ask for changes only.
#[derive(Default)]
struct Validators {
    etag: Option<HeaderValue>,
    last_modified: Option<HeaderValue>,
}

struct Poller<'a> {
    driver: &'a Driver,
    feed: &'a FeedShared,
    config: &'a PollConfig,
    url: Url,
    headers: HeaderMap,
    validators: Validators,
    /// The last body that was parsed, for providers without validators: a repeat need not be parsed again.
    last_body: Bytes,
    /// Whether the last document was held back and awaits confirmation.
    held: bool,
}

/// Polls until told to stop or until the sink closes.
pub(super) async fn run(
    driver: &Driver,
    feed: &FeedShared,
    config: &PollConfig,
    mut stopping: Stopping,
) {
    let (Ok(url), Some(headers)) = (config.check(&feed.config.name), config.header_map()) else {
        return;
    };
    let mut poller = Poller {
        driver,
        feed,
        config,
        url,
        headers,
        validators: Validators::default(),
        last_body: Bytes::new(),
        held: false,
    };
    let seed = feed.config.name.bytes().fold(driver.inner.seed, |seed, b| {
        seed.wrapping_mul(0x0100_0000_01b3) ^ u64::from(b)
    });
    let mut random = fastrand::Rng::with_seed(seed);
    let mut breaker = Breaker::new(config.breaker_failures, config.breaker_rest);
    let started = Instant::now();
    // The first requests of many feeds are spread over one interval.
    let mut wait = config.interval.mul_f64(random.f64());
    loop {
        if stopping.or(tokio::time::sleep(wait)).await.is_none() {
            return;
        }
        if let Err(rest) = breaker.admit(started.elapsed()) {
            feed.gauges.fault(FaultCode::CircuitOpen);
            wait = rest;
            continue;
        }
        feed.gauges.breaker(breaker.state());
        let asked = Instant::now();
        let Some(outcome) = stopping.or(poller.ask()).await else {
            return;
        };
        let failure = match outcome {
            Ok(Answer::NotModified) => {
                feed.gauges.not_modified(driver.inner.clock.now());
                None
            }
            Ok(Answer::Body(body)) => match poller.take(body).await {
                Ok(()) => None,
                Err(TakeError::Sink(closed)) => {
                    tracing::error!(feed = %feed.config.name, %closed, "feed ends");
                    return;
                }
                Err(TakeError::Feed(e)) => Some(Failure::new(e.code, e.to_string())),
            },
            Err(failure) => Some(failure),
        };
        wait = match failure {
            None => {
                breaker.succeeded();
                config.interval.saturating_sub(asked.elapsed())
            }
            Some(failure) => {
                feed.gauges.failed(failure.code, failure.message);
                breaker.failed(started.elapsed());
                // A provider may ask for patience, but not for more than a rest of ours.
                let asked_for = failure
                    .retry_after
                    .unwrap_or_default()
                    .min(config.breaker_rest);
                backoff(
                    breaker.failures().saturating_sub(1),
                    config.interval,
                    config.max_backoff,
                    &mut random,
                )
                .max(asked_for)
            }
        };
        feed.gauges.breaker(breaker.state());
    }
}

impl Poller<'_> {
    async fn ask(&mut self) -> Result<Answer, Failure> {
        let gauges = &self.feed.gauges;
        gauges.request();
        let asked = Instant::now();
        let answer = tokio::time::timeout(self.config.timeout, self.exchange()).await;
        gauges.answered(asked.elapsed());
        answer.unwrap_or_else(|_| {
            Err(Failure::new(
                FaultCode::Timeout,
                format!("no whole answer within {:?}", self.config.timeout),
            ))
        })
    }

    async fn exchange(&mut self) -> Result<Answer, Failure> {
        let mut headers = self.headers.clone();
        if let Some(etag) = &self.validators.etag {
            headers.insert(header::IF_NONE_MATCH, etag.clone());
        }
        if let Some(date) = &self.validators.last_modified {
            headers.insert(header::IF_MODIFIED_SINCE, date.clone());
        }
        let unreachable = |e: reqwest::Error| {
            let code = if e.is_timeout() {
                FaultCode::Timeout
            } else {
                FaultCode::Unreachable
            };
            // The address may hold a key; the error without it still says what went wrong.
            Failure::new(code, chain(&e.without_url()))
        };
        let mut response = self
            .driver
            .inner
            .client
            .get(self.url.clone())
            .headers(headers)
            .send()
            .await
            .map_err(unreachable)?;
        let status = response.status();
        if status == StatusCode::NOT_MODIFIED {
            return Ok(Answer::NotModified);
        }
        if !status.is_success() {
            let retry_after = response
                .headers()
                .get(header::RETRY_AFTER)
                .and_then(|v| v.to_str().ok()?.trim().parse().ok())
                .map(Duration::from_secs);
            return Err(Failure {
                retry_after,
                ..Failure::new(
                    FaultCode::HttpStatus,
                    format!("the provider answered {status}"),
                )
            });
        }
        let limit = self.config.max_body_bytes;
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|e| {
            if e.is_timeout() {
                unreachable(e)
            } else {
                Failure::new(FaultCode::Truncated, chain(&e.without_url()))
            }
        })? {
            if body.len() + chunk.len() > limit {
                return Err(Failure::new(
                    FaultCode::TooLarge,
                    format!("a body over {limit} bytes"),
                ));
            }
            body.extend_from_slice(&chunk);
        }
        self.feed.gauges.bytes(body.len());
        self.validators = Validators {
            etag: response.headers().get(header::ETAG).cloned(),
            last_modified: response.headers().get(header::LAST_MODIFIED).cloned(),
        };
        Ok(Answer::Body(body.freeze()))
    }

    async fn take(&mut self, body: Bytes) -> Result<(), TakeError> {
        let now = self.driver.inner.clock.now();
        // A document that was held back must be looked at again, or it would never be confirmed.
        let repeat = !body.is_empty() && body == self.last_body && !self.held;
        if repeat {
            self.feed.gauges.good(now);
            return Ok(());
        }
        let taken = self.driver.take(self.feed, &body, now).await;
        match &taken {
            Ok(taken) => {
                self.last_body = body;
                self.held = taken.held;
                if taken.held {
                    self.validators = Validators::default();
                }
            }
            Err(_) => {
                // What could not be used must be sent again in full, even if it has not changed since.
                self.validators = Validators::default();
                self.last_body = Bytes::new();
            }
        }
        taken.map(|_| ())
    }
}

/// An error with its causes, in one line.
fn chain(e: &dyn std::error::Error) -> String {
    let mut text = e.to_string();
    let mut source = e.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
