//! What every request passes first: rate, size, time, origin; and the headers every answer carries.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

use axum::{
    extract::{ConnectInfo, Request, State as Shared},
    middleware::Next,
    response::{IntoResponse, Response},
};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use hyper::{
    HeaderMap, StatusCode,
    header::{
        CONTENT_LENGTH, CONTENT_SECURITY_POLICY, HOST, HeaderName, HeaderValue, ORIGIN,
        REFERRER_POLICY, RETRY_AFTER, UPGRADE, X_CONTENT_TYPE_OPTIONS,
    },
};

use super::{problem::Problem, router::App, stats::Meter};

/// Requests by address.
pub(crate) struct Rates {
    limiter: DefaultKeyedRateLimiter<IpAddr>,
    loopback_too: bool,
    checks: AtomicU32,
}

impl Rates {
    pub(crate) fn new(per_s: NonZeroU32, loopback_too: bool) -> Self {
        let quota = Quota::per_second(per_s)
            .allow_burst(per_s.saturating_mul(NonZeroU32::MIN.saturating_add(1)));
        Self {
            limiter: RateLimiter::keyed(quota),
            loopback_too,
            checks: AtomicU32::new(0),
        }
    }

    fn allow(&self, address: IpAddr) -> bool {
        if address.is_loopback() && !self.loopback_too {
            return true;
        }
        if self.checks.fetch_add(1, Relaxed) % 65_536 == 65_535 {
            // Forgets addresses that have not asked for a while.
            self.limiter.retain_recent();
        }
        self.limiter.check_key(&household(address)).is_ok()
    }
}

/// One household holds a whole IPv6 /64.
fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => Ipv6Addr::from(u128::from(v6) >> 64 << 64).into(),
    }
}

/// Lets a request through, or answers it with a problem.
pub(crate) async fn check(Shared(app): Shared<App>, request: Request, next: Next) -> Response {
    let mut response = match refuse(&app, &request) {
        Some(problem) => {
            let mut response = problem.into_response();
            if response.status() == StatusCode::TOO_MANY_REQUESTS {
                response
                    .headers_mut()
                    .insert(RETRY_AFTER, HeaderValue::from_static("1"));
            }
            response
        }
        None => match tokio::time::timeout(app.request_timeout, next.run(request)).await {
            Ok(response) => response,
            Err(_) => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "timeout").into_response(),
        },
    };
    let headers = response.headers_mut();
    let mut default = |name: HeaderName, value: HeaderValue| {
        headers.entry(name).or_insert(value);
    };
    default(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    default(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    default(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    );
    response
}

fn refuse(app: &App, request: &Request) -> Option<Problem> {
    let address = request.extensions().get::<ConnectInfo<SocketAddr>>();
    if let (Some(rates), Some(ConnectInfo(address))) = (&app.rates, address)
        && !rates.allow(address.ip())
    {
        Meter::rejected("rate");
        return Some(
            Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate")
                .detail("too many requests from this address"),
        );
    }
    let length = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|n| n > app.max_body_bytes) {
        Meter::rejected("body");
        return Some(
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body")
                .detail("the body of a request to this address may not be so long"),
        );
    }
    // CORS does not cover WebSockets: a browser opens them to anyone and leaves the judging to the server.
    if request.headers().contains_key(UPGRADE)
        && !origin_allowed(request.headers(), &app.allow_origins)
    {
        Meter::rejected("origin");
        return Some(
            Problem::new(StatusCode::FORBIDDEN, "origin")
                .detail("pages of this origin may not connect: add it to the allowed origins"),
        );
    }
    None
}

/// Programs send no origin; pages send theirs and must come from this host or from one that is allowed.
fn origin_allowed(headers: &HeaderMap, allowed: &[String]) -> bool {
    let Some(origin) = headers.get(ORIGIN) else {
        return true;
    };
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    let own = origin.split_once("://").map(|(_, host)| host);
    let host = headers.get(HOST).and_then(|h| h.to_str().ok());
    (own.is_some() && own == host) || allowed.iter().any(|a| a == "*" || a == origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_other_origins_may_not_connect_unless_they_are_listed() {
        let with = |origin: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static("match.example:8080"));
            if let Some(origin) = origin {
                headers.insert(ORIGIN, HeaderValue::from_str(origin).expect("a header"));
            }
            headers
        };
        let listed = ["https://club.example".to_owned()];
        assert!(origin_allowed(&with(None), &[]), "a program");
        assert!(
            origin_allowed(&with(Some("http://match.example:8080")), &[]),
            "our own page"
        );
        assert!(!origin_allowed(&with(Some("https://club.example")), &[]));
        assert!(origin_allowed(&with(Some("https://club.example")), &listed));
        assert!(!origin_allowed(
            &with(Some("https://club.example.evil")),
            &listed
        ));
        assert!(!origin_allowed(&with(Some("null")), &listed));
    }

    #[test]
    fn an_address_is_limited_and_another_is_not() {
        let rates = Rates::new(NonZeroU32::MIN, false);
        let a: IpAddr = "192.0.2.1".parse().expect("an address");
        let b: IpAddr = "192.0.2.2".parse().expect("an address");
        assert!((0..100).any(|_| !rates.allow(a)), "the burst ends");
        assert!(rates.allow(b));
        let home = |host| household(format!("2001:db8:1:2::{host}").parse().expect("an address"));
        assert_eq!(home(1), home(2), "one household");
        assert!(
            (0..100).all(|_| rates.allow(IpAddr::from([127, 0, 0, 1]))),
            "a proxy beside us"
        );
    }
}
