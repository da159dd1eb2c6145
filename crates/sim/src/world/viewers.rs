//! Who watches a match: made-up viewers with a side, a favourite, tastes and habits.
//!
//! Every viewer is drawn from a generator of its own, named by its number: the same seed gives viewer 499,999 the same
//! tastes whether or not anyone asked for the others, so half a million of them need no memory. The shares are plausible
//! guesses and not a survey's.

use std::sync::Arc;

use matchday_event::{
    Side, Sport,
    senses::{Camera, Pseudonym},
};
use serde::{Deserialize, Serialize};

use super::{Player, Script, chat::languages};
use crate::Rng;

/// What somebody watches on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Device {
    /// In a hand.
    Phone,
    /// On a lap.
    Tablet,
    /// A computer's browser.
    Browser,
    /// Across the room.
    Television,
}

/// How old somebody is. Nobody is offered anything before coming of age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Age {
    /// Under 18.
    Minor,
    /// 18 to 29.
    Young,
    /// 30 to 54.
    Middle,
    /// 55 and over.
    Older,
}

/// What somebody likes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tastes {
    /// How much each camera is liked, in the order of [`Camera::ALL`]: shares that add up to 1.
    pub cameras: Vec<f32>,
    /// How gladly numbers are looked at, 0 to 1.
    pub analytics: f32,
    /// How gladly a moment is seen again, 0 to 1.
    pub replays: f32,
    /// How gladly things are bought, 0 to 1; 0 for minors.
    pub merchandise: f32,
    /// How much a price puts off, 0 to 1.
    pub price: f32,
}

/// Somebody who watches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Viewer {
    /// A pseudonym.
    pub id: Pseudonym,
    /// Whose supporter, if anyone's.
    pub side: Option<Side>,
    /// How much it matters, 0 to 1.
    pub fervour: f32,
    /// The favourite player, if there is one.
    pub favourite: Option<Player>,
    /// The language's code.
    pub language: Arc<str>,
    /// What is watched on.
    pub device: Device,
    /// How old.
    pub age: Age,
    /// A cluster of postcodes: neighbours are alike in their taste for numbers.
    pub cluster: u16,
    /// Likings.
    pub tastes: Tastes,
    /// Milliseconds since kick-off at which this viewer comes.
    pub joins_ms: u64,
    /// Milliseconds since kick-off at which this viewer goes, if before the end.
    pub leaves_ms: Option<u64>,
    /// Whether a heart rate is worn and may be used.
    pub shares_heart: bool,
    /// Whether the eyes may be followed.
    pub shares_gaze: bool,
    /// Whether offers may be made. Never for minors.
    pub takes_offers: bool,
}

/// Clusters of postcodes.
const CLUSTERS: usize = 400;

/// Those who watch a match.
#[derive(Debug, Clone)]
pub struct Viewers<'s> {
    seed: u64,
    script: &'s Script,
    /// The taste for numbers of each cluster.
    clusters: Vec<f32>,
}

impl<'s> Viewers<'s> {
    /// The viewers of a match under a seed.
    pub fn new(seed: u64, script: &'s Script) -> Self {
        let mut rng = Rng::new(seed, "world viewers clusters");
        let clusters = (0..CLUSTERS)
            .map(|_| share(0.45 + 0.2 * rng.normal()))
            .collect();
        Self {
            seed,
            script,
            clusters,
        }
    }

    /// One of them, by number.
    pub fn viewer(&self, number: u64) -> Viewer {
        let mut rng = Rng::new(self.seed, &format!("world viewer {number}"));
        let id = Pseudonym(rng.next_u64());
        let age = match rng.below(100) {
            0..=11 => Age::Minor,
            12..=37 => Age::Young,
            38..=77 => Age::Middle,
            _ => Age::Older,
        };
        let minor = age == Age::Minor;
        let side = match rng.below(100) {
            0..=46 => Some(Side::Home),
            47..=79 => Some(Side::Away),
            _ => None,
        };
        let mild = if side.is_some() { 0.55 } else { 0.25 };
        let fervour = share(mild + 0.22 * rng.normal());
        let device = match (age, rng.below(100)) {
            (Age::Minor | Age::Young, 0..=54) | (Age::Middle, 0..=29) | (Age::Older, 0..=9) => {
                Device::Phone
            }
            (_, 55..=62) => Device::Tablet,
            (_, 63..=74) => Device::Browser,
            _ => Device::Television,
        };
        let cluster = rng.below(CLUSTERS);
        let tastes = Tastes {
            cameras: self.cameras(fervour, &mut rng),
            analytics: share(f64::from(self.clusters[cluster]) + 0.15 * rng.normal()),
            replays: share(0.5 + 0.25 * rng.normal()),
            merchandise: if minor {
                0.0
            } else {
                share(0.1 + 0.5 * f64::from(fervour) * rng.unit())
            },
            price: share(0.55 + 0.2 * rng.normal()),
        };
        let favourite = side
            .filter(|_| rng.chance(0.4 + 0.5 * f64::from(fervour)))
            .and_then(|side| self.favourite(side, &mut rng));
        let (joins_ms, leaves_ms) = self.stay(fervour, &mut rng);
        Viewer {
            id,
            side,
            fervour,
            favourite,
            language: language(&mut rng),
            device,
            age,
            cluster: cluster as u16,
            tastes,
            joins_ms,
            leaves_ms,
            shares_heart: rng.chance(0.06),
            shares_gaze: device != Device::Television && rng.chance(0.08),
            takes_offers: !minor && rng.chance(0.35),
        }
    }

    /// All of them, without end.
    pub fn iter(&self) -> impl Iterator<Item = Viewer> + '_ {
        (0..).map(|n| self.viewer(n))
    }

    /// Most like the wide camera; whoever cares much likes to be close.
    fn cameras(&self, fervour: f32, rng: &mut Rng) -> Vec<f32> {
        let liked = |camera: Camera| match camera {
            Camera::Main => 2.2,
            Camera::Tight => 1.2 + fervour,
            Camera::Rail => 0.6 + fervour,
            Camera::Crowd => 0.4 + 0.6 * fervour,
            Camera::Baseline if self.script.sport == Sport::Tennis => 1.6,
            _ => 0.7,
        };
        let mut weights: Vec<f32> = Camera::ALL
            .iter()
            // A gamma of shape one: tastes are far apart, and one camera often stands out.
            .map(|camera| -libm::log(1.0 - rng.unit()) as f32 * liked(*camera))
            .collect();
        let sum: f32 = weights.iter().sum();
        for weight in &mut weights {
            *weight /= sum.max(f32::MIN_POSITIVE);
        }
        weights
    }

    /// A few players have most of the hearts.
    fn favourite(&self, side: Side, rng: &mut Rng) -> Option<Player> {
        let players = &self.script.club(side).players;
        let at = (rng.unit() * rng.unit() * players.len() as f64) as usize;
        players.get(at).cloned()
    }

    /// Some come late, some go when the long break begins, and those who care stay.
    fn stay(&self, fervour: f32, rng: &mut Rng) -> (u64, Option<u64>) {
        let whole = self.script.duration_ms as f64;
        let joins = if rng.chance(0.7) {
            0.0
        } else {
            whole * 0.6 * rng.unit() * rng.unit()
        };
        let stays = rng.chance(0.35 + 0.6 * f64::from(fervour));
        let leaves = (!stays).then(|| (joins + (whole - joins) * (0.1 + 0.9 * rng.unit())) as u64);
        (joins as u64, leaves)
    }
}

fn share(x: f64) -> f32 {
    x.clamp(0.0, 1.0) as f32
}

fn language(rng: &mut Rng) -> Arc<str> {
    let mut percent = rng.below(100);
    for (code, of) in languages() {
        if percent < of {
            return code.into();
        }
        percent -= of;
    }
    "en".into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_viewer_is_the_same_whoever_else_is_asked_for() {
        let script = Script::generate(4, Sport::Soccer);
        let viewers = Viewers::new(4, &script);
        let all: Vec<Viewer> = viewers.iter().take(300).collect();
        assert_eq!(viewers.viewer(271), all[271]);
        assert_eq!(Viewers::new(4, &script).viewer(299), all[299]);
        assert_ne!(Viewers::new(5, &script).viewer(299), all[299]);
    }

    #[test]
    fn minors_are_offered_nothing_and_tastes_are_shares() {
        let script = Script::generate(1, Sport::Tennis);
        let viewers: Vec<Viewer> = Viewers::new(1, &script).iter().take(5000).collect();
        let minors: Vec<&Viewer> = viewers.iter().filter(|v| v.age == Age::Minor).collect();
        assert!((450..750).contains(&minors.len()), "{}", minors.len());
        assert!(
            minors
                .iter()
                .all(|v| !v.takes_offers && v.tastes.merchandise == 0.0)
        );
        for viewer in &viewers {
            let sum: f32 = viewer.tastes.cameras.iter().sum();
            assert!((sum - 1.0).abs() < 1e-4, "{sum}");
            assert!(viewer.leaves_ms.is_none_or(|at| at >= viewer.joins_ms));
        }
    }

    #[test]
    fn neighbours_are_alike_in_their_taste_for_numbers() {
        let script = Script::generate(2, Sport::Basketball);
        let viewers: Vec<Viewer> = Viewers::new(2, &script).iter().take(20_000).collect();
        let mut sums = vec![(0.0_f64, 0.0_f64); CLUSTERS];
        for viewer in &viewers {
            let (sum, n) = &mut sums[usize::from(viewer.cluster)];
            *sum += f64::from(viewer.tastes.analytics);
            *n += 1.0;
        }
        let means: Vec<f64> = sums.iter().map(|(sum, n)| sum / n).collect();
        let mean = means.iter().sum::<f64>() / means.len() as f64;
        let spread = means.iter().map(|m| (m - mean).powi(2)).sum::<f64>() / means.len() as f64;
        // Of strangers the means of fifty would differ by 0.02.
        assert!(spread.sqrt() > 0.1, "{}", spread.sqrt());
    }
}
