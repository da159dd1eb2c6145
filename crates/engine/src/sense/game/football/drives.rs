use matchday_event::{
    DriveFact, DriveResult, NextPlay, Score, Side,
    football::{PlayKind, PlayTag},
};

use super::{
    input::Input,
    score,
    state::{Drive, State},
};

/// The drives that a refold went through, each as it last stood.
#[derive(Debug, Default)]
pub struct DriveLog(Vec<Drive>);

impl DriveLog {
    /// Forgets all, to be used again.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Forgets how the last drive stands.
    pub fn forget_last(&mut self) {
        self.0.pop();
    }

    /// Drives in order of number.
    pub fn drives(&self) -> &[Drive] {
        &self.0
    }

    /// Notes how a drive stands.
    pub fn note(&mut self, drive: &Drive) {
        if drive.number == 0 {
            return;
        }
        match self.0.last_mut() {
            Some(last) if last.number == drive.number => *last = *drive,
            _ => self.0.push(*drive),
        }
    }

    /// Ends a drive that a half cut off.
    pub fn end_half(&mut self, state: &mut State) {
        self.end(&mut state.drive, DriveResult::EndOfHalf);
    }

    fn end(&mut self, drive: &mut Drive, result: DriveResult) {
        if drive.open {
            drive.open = false;
            drive.result = Some(result);
            self.note(drive);
        }
    }

    /// Takes the snap to come into account: whose drive it is, and whether it is a new one.
    /// `last` is the state before the play before it, as far as there is one.
    pub fn snap(&mut self, before: &mut State, input: &Input, last: Option<&State>) {
        if !input.is_scrimmage() {
            return;
        }
        let Some(side) = before.possession else {
            return;
        };
        let drive = &mut before.drive;
        if drive.open && drive.side != side {
            // The ball changed hands in a play that did not say so, or that we were not told of.
            let result = untold(last, before.score, drive.side);
            self.end(drive, result);
        }
        if !drive.open {
            *drive = Drive {
                number: drive.number.saturating_add(1),
                side,
                open: true,
                start: matchday_event::GameClock {
                    period: before.period,
                    clock_s: before.clock_s,
                },
                start_yards_to_goal: before.yards_to_goal,
                end: matchday_event::GameClock {
                    period: before.period,
                    clock_s: before.clock_s,
                },
                plays: 0,
                yards: 0,
                result: None,
            };
            if before.period > 4 {
                let count = match side {
                    Side::Home => &mut before.possessions.0,
                    Side::Away => &mut before.possessions.1,
                };
                *count = count.saturating_add(1);
            }
        }
        before.drive.yards = gained_to(&before.drive, before.yards_to_goal);
        self.note(&before.drive);
    }

    /// Takes the play's result into account.
    pub fn play(&mut self, before: &State, after: &mut State, input: &Input) {
        let drive = &mut after.drive;
        if !drive.open {
            return;
        }
        drive.end = before.clock();
        if matches!(input.kind, PlayKind::EndHalf | PlayKind::EndGame)
            || input.kind == PlayKind::EndPeriod && matches!(before.period, 2 | 4..)
        {
            return self.end(drive, DriveResult::EndOfHalf);
        }
        if !input.is_scrimmage() {
            return self.note(drive);
        }
        if input.kind.is_snap() {
            drive.plays = drive.plays.saturating_add(1);
        }
        let result = result(before, after, input);
        let drive = &mut after.drive;
        let gain = match input.kind {
            PlayKind::Punt | PlayKind::FieldGoal => 0,
            _ if input.tags.contains(PlayTag::Interception) => 0,
            // No feed's number moves the ball further than a field is long.
            _ => input.yards.unwrap_or(0).clamp(-99, 99),
        };
        drive.yards = match result {
            Some(DriveResult::Touchdown) => i16::from(drive.start_yards_to_goal),
            Some(_) => gained_to(drive, before.yards_to_goal) + gain,
            None => gained_to(drive, after.yards_to_goal),
        };
        match result {
            Some(result) => self.end(drive, result),
            None => self.note(drive),
        }
    }
}

/// How a drive ended that no play ended: by the points that came since, else by the down.
fn untold(last: Option<&State>, score: Score, side: Side) -> DriveResult {
    let Some(last) = last else {
        return DriveResult::Turnover;
    };
    match score::gained(last.score, score) {
        Some((s, 6..)) if s == side => DriveResult::Touchdown,
        Some((s, 3)) if s == side => DriveResult::FieldGoal,
        Some((s, 2)) if s != side => DriveResult::Safety,
        None if last.down == 4 => DriveResult::Downs,
        _ => DriveResult::Turnover,
    }
}

fn gained_to(drive: &Drive, yards_to_goal: u8) -> i16 {
    if drive.start_yards_to_goal == 0 || yards_to_goal == 0 {
        return drive.yards;
    }
    i16::from(drive.start_yards_to_goal) - i16::from(yards_to_goal)
}

fn result(before: &State, after: &State, input: &Input) -> Option<DriveResult> {
    let side = before.possession?;
    let tags = input.tags;
    let scored = score::gained(before.score, after.score);
    let turned_over = tags.contains(PlayTag::Interception) || tags.contains(PlayTag::FumbleLost);
    match scored {
        Some((s, 6..)) if s == side => return Some(DriveResult::Touchdown),
        Some((s, 3)) if s == side => return Some(DriveResult::FieldGoal),
        Some((s, 2)) if s != side => return Some(DriveResult::Safety),
        Some((s, _)) if s != side => {
            return Some(match input.kind {
                PlayKind::Punt => DriveResult::Punt,
                PlayKind::FieldGoal => DriveResult::MissedFieldGoal,
                _ => DriveResult::Turnover,
            });
        }
        _ => {}
    }
    if after.next == NextPlay::Scrimmage
        && after.possession == Some(side)
        && input.kind != PlayKind::FieldGoal
    {
        return None;
    }
    match input.kind {
        PlayKind::NoPlay => None,
        PlayKind::Punt => Some(DriveResult::Punt),
        PlayKind::FieldGoal => Some(DriveResult::MissedFieldGoal),
        _ if turned_over => Some(DriveResult::Turnover),
        _ if after.possession.is_some_and(|p| p != side) => Some(if before.down == 4 {
            DriveResult::Downs
        } else {
            DriveResult::Turnover
        }),
        _ if after.next == NextPlay::Over => Some(DriveResult::EndOfHalf),
        _ => None,
    }
}

impl From<&Drive> for DriveFact {
    fn from(drive: &Drive) -> Self {
        Self {
            number: drive.number,
            side: drive.side,
            start: drive.start,
            start_yards_to_goal: (drive.start_yards_to_goal > 0)
                .then_some(drive.start_yards_to_goal),
            end: drive.end,
            plays: drive.plays,
            yards: drive.yards,
            result: drive.result,
        }
    }
}
