//! How loud it is, and what it passes.

use matchday_event::{
    Fact,
    senses::{Direction, Heard, LevelCrossing, LevelFact, SoundFact, SoundReport},
};

use super::limits::Limits;

#[derive(Debug, Clone, Default)]
pub(super) struct Levels {
    loudest: bool,
    loud: bool,
    since: u32,
    a_max_db: Option<f32>,
}

/// Which way the level went past a threshold with a way back, if it did.
fn passed(over: &mut bool, level_db: f32, (up, down): (f32, f32)) -> Option<(f32, Direction)> {
    if !*over && level_db >= up {
        *over = true;
        Some((up, Direction::Up))
    } else if *over && level_db < down {
        *over = false;
        Some((down, Direction::Down))
    } else {
        None
    }
}

impl Levels {
    pub fn hear(
        &mut self,
        report: &SoundReport,
        heard: &Heard,
        above_usual_db: f32,
        limits: &Limits,
        out: &mut Vec<Fact>,
    ) {
        if report.offset_db.is_some() {
            // On the way up the highest within the window counts: a peak is short.
            let fast = if self.loudest {
                heard.a_fast_db
            } else {
                heard.a_max_db
            };
            let passes = [
                (passed(&mut self.loudest, fast, limits.loudest_db), fast),
                (
                    passed(&mut self.loud, heard.a_slow_db, limits.loud_db),
                    heard.a_slow_db,
                ),
            ];
            for (pass, level_db) in passes {
                if let Some((threshold_db, direction)) = pass {
                    out.push(Fact::Sound(SoundFact::Crossed(LevelCrossing {
                        mic: report.mic.clone(),
                        at: report.at,
                        threshold_db,
                        direction,
                        level_db,
                    })));
                }
            }
        }
        let most = self
            .a_max_db
            .map_or(heard.a_max_db, |m| m.max(heard.a_max_db));
        self.a_max_db = Some(most);
        self.since += 1;
        if self.since >= limits.level_every {
            out.push(Fact::Sound(SoundFact::Level(LevelFact {
                mic: report.mic.clone(),
                at: report.at,
                a_slow_db: heard.a_slow_db,
                c_slow_db: heard.c_slow_db,
                a_max_db: most,
                short_term_lufs: heard.short_term_lufs,
                above_usual_db,
                calibrated: report.offset_db.is_some(),
            })));
            self.since = 0;
            self.a_max_db = None;
        }
    }
}
