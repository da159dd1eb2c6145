//! A small language for hand-written games, and a table that shows what the game agent made of one.
#![allow(dead_code, reason = "each test file uses its own part of it")]

use std::{fmt::Write as _, sync::Arc};

use matchday_engine::{Match, ModelSet, Output, sense::game::football::FootballModel};
use matchday_event::{
    Detail, Fact, FaultCode, GameId, GameInfo, GamePhase, GameStatus, PlayFact, PlayId, PlayReport,
    Score, Side, Signal, Sport, StateFact, Team,
    football::{FootballPlay, FootballPlayFact, FootballState, PlayKind, PlayTag, Spot},
};
use matchday_learn::football::{Kind, Rules, Snap};

/// Models that one can work out by hand: win probability from lead and time alone, expected points from the
/// yard line alone. Snapshots made with them outlive any training.
#[derive(Debug)]
pub struct PlainModel {
    name: Arc<str>,
    rules: Rules,
}

impl FootballModel for PlainModel {
    fn name(&self) -> &Arc<str> {
        &self.name
    }
    fn rules(&self) -> Rules {
        self.rules
    }
    fn home_wp(&self, snap: &Snap) -> f64 {
        let left = snap.game_seconds_left() / 3600.0;
        let ball = self.ep(snap).unwrap_or(0.0) * snap.ball_sign();
        let lead = f64::from(snap.home_lead) + ball;
        let z = lead / (2.0 + 8.0 * left);
        1.0 / (1.0 + (-z).exp())
    }
    fn ep(&self, snap: &Snap) -> Option<f64> {
        snap.possession?;
        match snap.kind {
            Kind::Over => None,
            Kind::Try => Some(0.9),
            Kind::Kickoff => Some(1.0),
            Kind::Scrimmage => {
                Some(6.0 - 0.06 * f64::from(snap.yards_to_goal) - 0.3 * f64::from(snap.down))
            }
        }
    }
    fn leverage(&self, snap: &Snap, _: f64) -> Option<f64> {
        snap.possession?;
        (snap.kind != Kind::Over).then(|| 1.0 / (0.5 + snap.game_seconds_left() / 3600.0))
    }
}

/// The plain model under the rules that the league's name says.
pub fn plain() -> ModelSet {
    ModelSet::new(|league| {
        let rules = if league == "nfl" {
            Rules::Nfl
        } else {
            Rules::College
        };
        Arc::new(PlainModel {
            name: format!("plain-{league}@1").into(),
            rules,
        })
    })
}

/// A game under test.
pub struct Game {
    pub game: Match,
    pub facts: Vec<Fact>,
    pub seq: u64,
    pub out: Output,
}

impl Game {
    /// A game of `nfl` or `ncaaf`, home HOM against visitors AWY.
    pub fn new(league: &str) -> Self {
        let id = GameId::new(format!("{league}-1")).unwrap();
        let mut game = Self {
            game: Match::new(id, plain()),
            facts: Vec::new(),
            seq: 0,
            out: Output::default(),
        };
        game.signal(&Signal::Info(info(league)));
        game
    }

    /// One signal.
    pub fn signal(&mut self, signal: &Signal) -> &mut Self {
        self.seq += 1;
        self.game.apply(self.seq, signal, &mut self.out);
        self.facts.extend(self.out.facts.iter().cloned());
        self
    }

    /// Plays, one a line: see [`play`].
    pub fn plays(&mut self, lines: &str) -> &mut Self {
        for report in plays(lines) {
            self.signal(&Signal::Play(report));
        }
        self
    }

    pub fn status(&mut self, phase: GamePhase, score: Option<(i16, i16)>) -> &mut Self {
        self.signal(&Signal::Status(status(phase, score)))
    }

    /// How often each fault was healed.
    pub fn healed(&self) -> Vec<(&'static str, u32)> {
        let snapshot = self.game.snapshot();
        snapshot
            .healed
            .iter()
            .map(|(c, n)| (c.as_str(), *n))
            .collect()
    }

    pub fn healed_of(&self, code: FaultCode) -> u32 {
        self.game.snapshot().healed.get(&code).copied().unwrap_or(0)
    }

    pub fn score(&self) -> (i16, i16) {
        let s = self.game.snapshot().state.score;
        (s.home, s.away)
    }

    /// The next snap in words: `H 1&10@75`, `A kickoff@35`, `H try`, `over`.
    pub fn next(&self) -> String {
        let state = self.game.snapshot().state;
        let spot = spot(&now(&state).spot);
        format!("{spot} {:?}", now(&state).next).to_lowercase()
    }

    /// The whole game as a table.
    pub fn table(&self) -> String {
        table(&self.game)
    }
}

pub fn status(phase: GamePhase, score: Option<(i16, i16)>) -> GameStatus {
    GameStatus {
        phase,
        period: None,
        clock_s: None,
        score: score.map(|(home, away)| Score { home, away }),
        spot: None,
    }
}

pub fn info(league: &str) -> GameInfo {
    let team = |id: &str, name: &str| Team {
        id: id.into(),
        abbr: id.into(),
        name: name.into(),
        color: None,
        alt_color: None,
    };
    GameInfo {
        sport: Sport::AmericanFootball,
        league: league.into(),
        season: Some(2021),
        week: Some(1),
        postseason: false,
        home: team("HOM", "Hometown"),
        away: team("AWY", "Awayville"),
        kickoff: None,
        neutral: false,
        venue: None,
        line: None,
        forecast: None,
        rules: None,
    }
}

pub fn plays(lines: &str) -> Vec<PlayReport> {
    lines
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
        .map(play)
        .collect()
}

/// A play in one line: order, period, clock, side with the ball, then in any order `down&distance@yards to
/// goal` (or `@yards to goal`), kind, yards, tags, `<7-0` for the score before, `=7-0` for the score after,
/// `>H1&10@50` for the next spot, and after a bar the sentence. A dash is a value that is missing.
pub fn play(line: &str) -> PlayReport {
    let (head, text) = line
        .split_once('|')
        .map_or((line, None), |(h, t)| (h, Some(t.trim())));
    let mut words = head.split_whitespace();
    let order: i64 = words.next().unwrap().parse().unwrap();
    let period: u8 = words.next().unwrap().parse().unwrap();
    let clock = words.next().unwrap();
    let clock_s = clock.split_once(':').map_or_else(
        || clock.parse().ok(),
        |(m, s)| Some(m.parse::<i32>().unwrap() * 60 + s.parse::<i32>().unwrap()),
    );
    let mut football = FootballPlay {
        possession: side(words.next().unwrap()),
        ..FootballPlay::default()
    };
    let mut report = PlayReport {
        play_id: PlayId::new(order.to_string()),
        order,
        period,
        clock_s,
        score_before: None,
        score_after: None,
        wall: None,
        text: text.map(Into::into),
        detail: Detail::AmericanFootball(FootballPlay::default()),
    };
    for word in words {
        let json = format!("\"{word}\"");
        if let Some(id) = word.strip_prefix('#') {
            report.play_id = PlayId::new(id);
        } else if let Some(s) = word.strip_prefix('<') {
            report.score_before = Some(score(s));
        } else if let Some(s) = word.strip_prefix('=') {
            report.score_after = Some(score(s));
        } else if let Some(s) = word.strip_prefix('>') {
            let (down, distance, ytg) = place(&s[1..]);
            football.end = Some(Spot {
                possession: side(&s[..1]),
                down: down.map(|d| d as u8),
                distance: distance.map(|d| d as u8),
                yards_to_goal: ytg.map(|y| y as u8),
            });
        } else if word.contains('@') {
            (football.down, football.distance, football.yards_to_goal) = place(word);
        } else if let Ok(kind) = serde_json::from_str::<PlayKind>(&json) {
            football.kind = Some(kind);
        } else if let Ok(tag) = serde_json::from_str::<PlayTag>(&json) {
            football.tags |= tag;
        } else {
            football.yards = Some(
                word.parse()
                    .unwrap_or_else(|_| panic!("{word:?} in {line:?}")),
            );
        }
    }
    report.detail = Detail::AmericanFootball(football);
    report
}

fn side(word: &str) -> Option<Side> {
    match word {
        "H" => Some(Side::Home),
        "A" => Some(Side::Away),
        _ => None,
    }
}

fn score(word: &str) -> Score {
    let (home, away) = word.split_once('-').unwrap();
    Score {
        home: home.parse().unwrap(),
        away: away.parse().unwrap(),
    }
}

fn place(word: &str) -> (Option<i16>, Option<i16>, Option<i16>) {
    let (downs, ytg) = word.split_once('@').unwrap();
    let (down, distance) = downs.split_once('&').unwrap_or(("", ""));
    (down.parse().ok(), distance.parse().ok(), ytg.parse().ok())
}

pub fn spot(spot: &Spot) -> String {
    let side = match spot.possession {
        Some(Side::Home) => "H",
        Some(Side::Away) => "A",
        None => "-",
    };
    let number = |n: Option<u8>| n.map_or("-".to_owned(), |n| n.to_string());
    match spot.down {
        Some(down) => format!(
            "{side} {down}&{}@{}",
            number(spot.distance),
            number(spot.yards_to_goal)
        ),
        None => format!("{side} @{}", number(spot.yards_to_goal)),
    }
}

/// A game as a table that a person can read.
pub fn table(game: &Match) -> String {
    let snapshot = game.snapshot();
    let mut out = String::new();
    writeln!(
        out,
        "{:>5} {:>2} {:>5} {:>3}  {:<12} {:<11} {:>4}  {:>6}  {:>7} {:>8}  {:>6} {:>7} {:>5}  tags",
        "order",
        "q",
        "clock",
        "drv",
        "spot",
        "kind",
        "yds",
        "score",
        "wp",
        "wpa",
        "ep",
        "epa",
        "lev"
    )
    .unwrap();
    let number = |x: Option<f64>, places| x.map_or("-".to_owned(), |x| format!("{x:.places$}"));
    for p in &snapshot.plays {
        let f = football(p);
        let tags: Vec<_> = f.tags.iter().map(|t| format!("{t:?}")).collect();
        writeln!(
            out,
            "{:>5} {:>2} {:>2}:{:02} {:>3}  {:<12} {:<11} {:>4}  {:>6}  {:>7.4} {:>+8.4}  {:>6} {:>7} {:>5}  {}",
            p.order,
            p.clock.period,
            p.clock.clock_s / 60,
            p.clock.clock_s % 60,
            f.drive,
            spot(&f.spot),
            format!("{:?}", f.kind),
            f.yards.map_or("-".to_owned(), |y| y.to_string()),
            format!("{}-{}", p.score_after.home, p.score_after.away),
            p.wp_home_before,
            p.wpa_home,
            number(f.ep_before, 2),
            number(f.epa, 2),
            number(p.leverage, 2),
            tags.join(" "),
        )
        .unwrap();
    }
    let s = &snapshot.state;
    writeln!(
        out,
        "now   {:?} q{} {}:{:02}  {} {:?}  {}-{}  timeouts {}-{}  wp {:.4}  drive {}",
        s.phase,
        s.clock.period,
        s.clock.clock_s / 60,
        s.clock.clock_s % 60,
        spot(&now(s).spot),
        now(s).next,
        s.score.home,
        s.score.away,
        now(s).timeouts.home,
        now(s).timeouts.away,
        s.wp_home,
        now(s).drive
    )
    .unwrap();
    for d in &snapshot.drives {
        writeln!(
            out,
            "drive {} {:?} from @{} q{} {}:{:02}: {} plays, {} yards, {}",
            d.number,
            d.side,
            d.start_yards_to_goal
                .map_or("-".to_owned(), |y| y.to_string()),
            d.start.period,
            d.start.clock_s / 60,
            d.start.clock_s % 60,
            d.plays,
            d.yards,
            d.result.map_or("running".to_owned(), |r| format!("{r:?}"))
        )
        .unwrap();
    }
    let keys: Vec<_> = snapshot
        .key_plays
        .iter()
        .map(|k| k.as_str().to_owned())
        .collect();
    writeln!(out, "key   {}", keys.join(" ")).unwrap();
    for (code, n) in &snapshot.healed {
        writeln!(out, "healed {} x{n}", code.as_str()).unwrap();
    }
    out
}

/// The football part of a play.
pub fn football(play: &PlayFact) -> &FootballPlayFact {
    play.detail.football().expect("a football play")
}

/// The football part of where the game stands.
pub fn now(state: &StateFact) -> &FootballState {
    state.detail.football().expect("a football game")
}
