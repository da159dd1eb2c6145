//! What a model that was trained elsewhere may ask of a football game: features by the names that the public
//! play-by-play packages gave them, worked out from a [`Snap`].
//!
//! Adding one is a line of [`FEATURES`]. The definitions are those of nflfastR (`nflfastR`'s
//! `calculate_win_probability` and `calculate_expected_points`), of cfbfastR as `sportsdataverse` ships it, and
//! of cfb4th where it adds to them; `docs/bring-your-own-model.md` lists all.

use matchday_event::Side;

use crate::football::{Rules, Snap};

/// What features are worked out from.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// The game; somebody has the ball.
    pub snap: &'a Snap,
    /// Whose rules.
    pub rules: Rules,
    /// Expected points of the side in possession, for features that are made of them.
    pub ep: &'a dyn Fn() -> f64,
}

/// What a feature cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing besides the state of the game.
    State,
    /// A pregame spread.
    Spread,
    /// A pregame total, and for the side's share of it the spread.
    Total,
    /// Expected points.
    Ep,
}

/// A feature by its name.
#[derive(Clone, Copy)]
pub struct Feature {
    /// As models name it.
    pub name: &'static str,
    /// What it is, with its unit.
    pub about: &'static str,
    /// What it cannot do without.
    pub needs: Needs,
    /// Its value. `NaN` is a missing value.
    pub value: fn(&Given<'_>) -> f64,
}

impl std::fmt::Debug for Feature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Feature {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// A name that no feature has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no feature is called {name:?}{}; those known are {}", suggested(.nearest), known())]
pub struct UnknownFeature {
    /// The name.
    pub name: String,
    /// The known name most like it, where one is.
    pub nearest: Option<&'static str>,
}

fn suggested(nearest: &Option<&str>) -> String {
    nearest.map_or_else(String::new, |n| format!(", did you mean {n:?}?"))
}

fn known() -> String {
    let names: Vec<&str> = FEATURES.iter().map(|f| f.name).collect();
    names.join(", ")
}

/// Finds a feature by name.
pub fn feature(name: &str) -> Result<Feature, UnknownFeature> {
    if let Some(found) = FEATURES.iter().find(|f| f.name == name) {
        return Ok(*found);
    }
    let like = |f: &Feature| {
        strsim::jaro_winkler(&f.name.to_ascii_lowercase(), &name.to_ascii_lowercase())
    };
    let nearest = FEATURES
        .iter()
        .map(|f| (like(f), f.name))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(like, _)| *like > 0.8)
        .map(|(_, name)| name);
    Err(UnknownFeature {
        name: name.chars().take(80).collect(),
        nearest,
    })
}

impl Given<'_> {
    fn own(&self) -> f64 {
        self.snap.ball_sign()
    }

    fn lead(&self) -> f64 {
        self.own() * f64::from(self.snap.home_lead)
    }

    /// Points by which the side in possession is favoured.
    fn favoured(&self) -> f64 {
        self.snap
            .spread_home
            .map_or(0.0, |s| -f64::from(s) * self.own())
    }

    fn elapsed_share(&self) -> f64 {
        ((3600.0 - self.snap.game_seconds_left()) / 3600.0).clamp(0.0, 1.0)
    }

    fn fading(&self) -> f64 {
        libm::exp(-4.0 * self.elapsed_share())
    }

    fn total(&self) -> f64 {
        self.snap.total_line.map_or(f64::NAN, f64::from)
    }

    fn timeouts(&self, own: bool) -> f64 {
        let home = (self.snap.possession == Some(Side::Home)) == own;
        f64::from(match home {
            true => self.snap.home_timeouts,
            false => self.snap.away_timeouts,
        })
    }

    fn down_is(&self, down: u8) -> f64 {
        flag(self.snap.down == down)
    }

    /// Whether the season is in `from..=to`; one that is not known counts as the latest.
    fn era(&self, from: u16, to: u16) -> f64 {
        let season = match self.snap.season {
            0 => u16::MAX,
            season => season,
        };
        flag((from..=to).contains(&season))
    }

    /// The side in possession kicked off to begin the game, so that it receives after half-time.
    fn kicked_first(&self) -> bool {
        self.snap.opening_receiver.is_some()
            && self.snap.opening_receiver == self.snap.possession.map(Side::other)
    }

    fn distance(&self) -> f64 {
        f64::from(self.snap.distance)
    }
}

fn flag(yes: bool) -> f64 {
    f64::from(u8::from(yes))
}

const fn line(
    name: &'static str,
    about: &'static str,
    needs: Needs,
    value: fn(&Given<'_>) -> f64,
) -> Feature {
    Feature {
        name,
        about,
        needs,
        value,
    }
}

use Needs::{Ep, Spread, State, Total};

/// Every feature there is.
#[rustfmt::skip]
pub const FEATURES: &[Feature] = &[
    // nflfastR
    line("receive_2h_ko", "1 in the first half for the side that receives after half-time", State,
        |g| flag(g.snap.period <= 2 && g.kicked_first())),
    line("spread_time", "points by which the side is favoured, times exp(-4 x share of the game gone)", Spread,
        |g| g.favoured() * g.fading()),
    line("home", "1 if the home side has the ball", State, |g| flag(g.own() > 0.0)),
    line("half_seconds_remaining", "seconds left in the half", State, |g| g.snap.half_seconds_left()),
    line("game_seconds_remaining", "seconds left in regulation", State, |g| g.snap.game_seconds_left()),
    line("Diff_Time_Ratio", "the side's lead in points, over exp(-4 x share of the game gone)", State,
        |g| g.lead() / g.fading()),
    line("score_differential", "the side's lead in points", State, |g| g.lead()),
    line("down", "1 to 4", State, |g| f64::from(g.snap.down)),
    line("ydstogo", "yards to the line to gain", State, |g| g.distance()),
    line("yardline_100", "yards to the goal that the side attacks", State, |g| f64::from(g.snap.yards_to_goal)),
    line("posteam_timeouts_remaining", "the side's timeouts", State, |g| g.timeouts(true)),
    line("defteam_timeouts_remaining", "the other side's timeouts", State, |g| g.timeouts(false)),
    line("qtr", "1 to 4, 5 and up in overtime", State, |g| f64::from(g.snap.period)),
    line("season", "the season's first year, missing where it is not known", State, |g| match g.snap.season {
        0 => f64::NAN,
        season => f64::from(season),
    }),
    line("down1", "1 on first down", State, |g| g.down_is(1)),
    line("down2", "1 on second down", State, |g| g.down_is(2)),
    line("down3", "1 on third down", State, |g| g.down_is(3)),
    line("down4", "1 on fourth down", State, |g| g.down_is(4)),
    line("era0", "1 up to 2001", State, |g| g.era(0, 2001)),
    line("era1", "1 from 2002 to 2005", State, |g| g.era(2002, 2005)),
    line("era2", "1 from 2006 to 2013", State, |g| g.era(2006, 2013)),
    line("era3", "1 from 2014 to 2017", State, |g| g.era(2014, 2017)),
    line("era4", "1 from 2018, and where the season is not known", State, |g| g.era(2018, u16::MAX)),
    // A feed tells no roof; nflfastR counts an unknown one as retractable.
    line("retractable", "1: the roof is not known, which nflfastR counts as retractable", State, |_| 1.0),
    line("dome", "0: the roof is not known", State, |_| 0.0),
    line("outdoors", "0: the roof is not known", State, |_| 0.0),
    line("elapsed_share", "share of regulation gone, 0 to 1", State, |g| g.elapsed_share()),
    line("spread_line", "points by which home is favoured", Spread, |g| g.favoured() * g.own()),
    line("posteam_spread", "points by which the side is favoured", Spread, |g| g.favoured()),
    line("total_line", "pregame total in points", Total, |g| g.total()),
    line("posteam_total", "points that the pregame prices give the side", Total,
        |g| (g.total() + g.favoured()) / 2.0),
    // cfbfastR
    line("pos_team_receives_2H_kickoff", "1 for the side that received or will receive after half-time", State,
        |g| flag(g.kicked_first())),
    line("TimeSecsRem", "seconds left in the half", State, |g| g.snap.half_seconds_left()),
    line("adj_TimeSecsRem", "seconds left in regulation", State, |g| g.snap.game_seconds_left()),
    line("ExpScoreDiff", "the side's lead and its expected points", Ep, |g| g.lead() + (g.ep)()),
    line("ExpScoreDiff_Time_Ratio", "the same over the seconds left in regulation and one", Ep,
        |g| (g.lead() + (g.ep)()) / (g.snap.game_seconds_left() + 1.0)),
    line("pos_score_diff_start", "the side's lead in points", State, |g| g.lead()),
    line("pos_score_diff", "the side's lead in points", State, |g| g.lead()),
    line("distance", "yards to the line to gain", State, |g| g.distance()),
    line("yards_to_goal", "yards to the goal that the side attacks", State, |g| f64::from(g.snap.yards_to_goal)),
    line("is_home", "1 if the home side has the ball", State, |g| flag(g.own() > 0.0)),
    line("pos_team_timeouts_rem_before", "the side's timeouts", State, |g| g.timeouts(true)),
    line("def_pos_team_timeouts_rem_before", "the other side's timeouts", State, |g| g.timeouts(false)),
    line("period", "1 to 4, 5 and up in overtime", State, |g| f64::from(g.snap.period)),
    line("down_1", "1 on first down", State, |g| g.down_is(1)),
    line("down_2", "1 on second down", State, |g| g.down_is(2)),
    line("down_3", "1 on third down", State, |g| g.down_is(3)),
    line("down_4", "1 on fourth down", State, |g| g.down_is(4)),
    line("half", "1 or 2", State, |g| if g.snap.period <= 2 { 1.0 } else { 2.0 }),
    line("Under_two", "1 with two minutes or less left in the half", State,
        |g| flag(g.snap.half_seconds_left() <= 120.0)),
    line("Goal_To_Go", "1 where the line to gain is the goal", State,
        |g| flag(g.snap.distance >= g.snap.yards_to_goal)),
    line("log_ydstogo", "natural logarithm of the yards to the line to gain", State,
        |g| libm::log(g.distance().max(1.0))),
    // What else a snap tells, from the home side's view.
    line("home_lead", "points of home less points of the visitors", State, |g| f64::from(g.snap.home_lead)),
    line("total_points", "points of both sides", State, |g| f64::from(g.snap.total_points)),
    line("home_timeouts", "home's timeouts", State, |g| f64::from(g.snap.home_timeouts)),
    line("away_timeouts", "the visitors' timeouts", State, |g| f64::from(g.snap.away_timeouts)),
    line("spread_home", "points added to home: negative where it is favoured", Spread,
        |g| -g.favoured() * g.own()),
    line("neutral", "1 on neutral ground", State, |g| flag(g.snap.neutral)),
    line("ep", "expected points of the side in possession", Ep, |g| (g.ep)()),
    line("college", "1 under college rules", State, |g| flag(g.rules == Rules::College)),
];
