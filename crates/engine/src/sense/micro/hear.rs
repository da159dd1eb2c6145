//! What the senses say, as micro-events.

use std::{collections::BTreeSet, sync::Arc};

use matchday_event::senses::{
    Camera, Direction, Kick, MicroKind as Kind, MomentFact, MomentKind, MoodFact, Phase, Sense,
    SoundFact, SoundKind, TrackingFact, TurnBy,
};

use super::{Micro, SAME_MOMENT_US, SAME_SOUND_US, Told};

/// A spike of words is told from here on, and may be told again once it has fallen under the other.
const SPIKE: f64 = 0.75;
const SPIKE_OVER: f64 = 0.5;
/// Spikes that are on at once, of all rooms and groups; more are left out.
const MOST_SPIKES: usize = 1024;

/// Spikes that were told and are not over.
pub(super) type Spikes = BTreeSet<(Arc<str>, Arc<str>)>;

impl Micro {
    pub(super) fn sound(&mut self, sound: &SoundFact, told: &mut Vec<Told>) {
        match sound {
            SoundFact::Heard(heard) if heard.duration_ms.is_none() => {
                let kind = match heard.kind {
                    SoundKind::Roar => Kind::Roar,
                    SoundKind::Whistle => Kind::Whistle,
                    SoundKind::Groan => Kind::Groan,
                    SoundKind::Chant => Kind::Chant,
                };
                if self.is_new(kind, None, heard.onset, SAME_SOUND_US) {
                    told.push(Told::new(heard.onset, kind, Sense::Sound, heard.confidence));
                }
            }
            SoundFact::Crossed(crossed)
                if crossed.direction == Direction::Up
                    && self.is_new(Kind::Loud, None, crossed.at, SAME_SOUND_US) =>
            {
                told.push(Told {
                    label: Some(format!("{:.0}", crossed.threshold_db).into()),
                    ..Told::new(crossed.at, Kind::Loud, Sense::Sound, 1.0)
                });
            }
            _ => {}
        }
    }

    pub(super) fn mood(&mut self, mood: &MoodFact, told: &mut Vec<Told>) {
        // A group that is not mentioned any more is not in the list either.
        self.spikes.retain(|(room, group)| {
            *room != mood.room
                || mood
                    .keywords
                    .iter()
                    .any(|k| k.group == *group && k.surprise >= SPIKE_OVER)
        });
        for spike in mood.keywords.iter().filter(|k| k.surprise >= SPIKE) {
            let key = (mood.room.clone(), spike.group.clone());
            // One of several rooms is enough.
            let elsewhere = self.spikes.iter().any(|(_, group)| *group == spike.group);
            if self.spikes.len() < MOST_SPIKES && self.spikes.insert(key) && !elsewhere {
                told.push(Told {
                    label: Some(spike.group.clone()),
                    ..Told::new(mood.at, Kind::Keyword, Sense::Chat, spike.surprise as f32)
                });
            }
        }
    }

    pub(super) fn moment(&mut self, moment: &MomentFact, told: &mut Vec<Told>) {
        // What comes later of a moment supersedes what was told and is no other thing.
        if moment.number <= self.moments {
            return;
        }
        self.moments = moment.number;
        let kind = match moment.kind {
            MomentKind::Score => Kind::Score,
            MomentKind::NearMiss => Kind::NearMiss,
            MomentKind::BigPlay => Kind::BigPlay,
            MomentKind::Turnover => Kind::Turnover,
            MomentKind::Foul => Kind::Foul,
            MomentKind::Injury => Kind::Injury,
            MomentKind::Crowd => Kind::Stir,
        };
        if self.is_new(kind, moment.side, moment.onset, SAME_MOMENT_US) {
            let sense = moment.senses.first().copied().unwrap_or(Sense::Game);
            told.push(Told {
                side: moment.side,
                place: self.ball().filter(|_| kind != Kind::Stir),
                ..Told::new(moment.onset, kind, sense, moment.confidence)
            });
        }
    }

    pub(super) fn tracking(&mut self, fact: &TrackingFact, told: &mut Vec<Told>) {
        let new = |at, kind, confidence| Told::new(at, kind, Sense::Tracking, confidence);
        match fact {
            TrackingFact::Sprint(f) if f.phase == Phase::Began => told.push(Told {
                place: Some(f.spot.place),
                side: f.side,
                ..new(f.at, Kind::Sprint, 0.9)
            }),
            TrackingFact::FinalThird(f) if f.phase == Phase::Began => told.push(Told {
                place: Some(f.spot.place),
                side: Some(f.side),
                ..new(f.at, Kind::FinalThird, 0.95)
            }),
            TrackingFact::RunUp(f) => told.push(Told {
                label: Some(match f.kick {
                    Kick::Penalty => "penalty".into(),
                    Kick::SetPiece => "set-piece".into(),
                }),
                place: Some(f.spot.place),
                side: f.side,
                camera: match f.kick {
                    Kick::Penalty => Camera::Keeper,
                    Kick::SetPiece => Camera::Main,
                },
                ..new(f.at, Kind::RunUp, 0.9)
            }),
            TrackingFact::HeadTurn(f) if f.defends != Some(false) => told.push(Told {
                place: Some(f.spot.place),
                side: f.side,
                ..new(
                    f.at,
                    Kind::HeadTurn,
                    match f.by {
                        TurnBy::Head => 0.9,
                        // A turn of the way somebody runs is a weak sign of where the eyes are.
                        TurnBy::Movement => 0.6,
                    },
                )
            }),
            TrackingFact::SpinDrop(f) => told.push(Told {
                place: Some(f.spot.place),
                side: Some(f.side),
                ..new(f.at, Kind::SpinDrop, 0.9)
            }),
            TrackingFact::FastServe(f) => {
                if let Some(at) = f.at.or(self.clock.now) {
                    told.push(Told {
                        side: f.side,
                        label: Some(f.speed_kmh.to_string().into()),
                        ..new(at, Kind::FastServe, 0.95)
                    });
                }
            }
            _ => {}
        }
    }
}
