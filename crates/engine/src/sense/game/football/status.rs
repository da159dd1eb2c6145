//! Where the game stands now: the last play's outcome, with what the scoreboard says since.

use matchday_event::{
    GamePhase, NextPlay, StateDetail, StateFact,
    football::{FootballState, PlayKind, Timeouts},
};
use matchday_learn::football::Rules;

use super::{Football, model::Price, project, score, state::State};

impl Football {
    /// Works out the state now and what the models say of it.
    pub(super) fn settle_now(&mut self) {
        let now = self.work_out_now();
        let snap = now.snap(&self.context);
        if self.now_price.snap != snap {
            self.now_price = Price::new(&*self.model, snap);
        }
        self.now = now;
    }

    fn work_out_now(&self) -> State {
        let mut now = self.entries.last().map_or_else(State::start, |e| e.after);
        let Some(status) = &self.status else {
            return now;
        };
        if status.phase == GamePhase::Final {
            if let Some(score) = status.score {
                now.score = score;
            }
            now.over();
            return now;
        }
        let last = self.entries.last().map(|e| &e.input);
        if last.map(|i| &i.play_id) != self.status_after.as_ref() || now.next == NextPlay::Over {
            return now;
        }
        if status.phase == GamePhase::Halftime && now.period <= 2 {
            now.period = 2;
            project::end_period(&mut now, PlayKind::EndHalf, &self.context);
            return now;
        }
        if let Some(score) = status.score
            && let Some((side, points)) = score::gained(now.score, score)
            && points <= 8
        {
            now.score = score;
            match points {
                6 => now.try_by(side),
                2 if now.next != NextPlay::Try => now.kickoff_to(Some(side), &self.context),
                _ => now.kickoff_to(Some(side.other()), &self.context),
            }
            if self.context.rules == Rules::College
                && now.period > 4
                && now.next == NextPlay::Kickoff
            {
                now.next = NextPlay::Scrimmage;
            }
            return now;
        }
        if status.phase == GamePhase::Halftime {
            // The half is over by the plays already: the board still shows where its clock stopped.
            return now;
        }
        self.status_clock(&mut now);
        if let Some(spot) = status.spot
            && let (Some(side), Some(down @ 1..=4)) = (spot.possession, spot.down)
            && let Some(yards_to_goal @ 1..=99) = spot.yards_to_goal
        {
            now.next = NextPlay::Scrimmage;
            now.possession = Some(side);
            now.down = down;
            now.yards_to_goal = yards_to_goal;
            now.distance = spot.distance.unwrap_or(10).clamp(1, yards_to_goal);
        }
        now
    }

    fn status_clock(&self, now: &mut State) {
        let Some(status) = &self.status else { return };
        let period = status.period.unwrap_or(now.period);
        let length = self.context.period_s(period);
        let clock = status
            .clock_s
            .and_then(|c| u16::try_from(c).ok())
            .filter(|&c| c <= length);
        match clock {
            Some(clock) if period == now.period && clock < now.clock_s => now.clock_s = clock,
            Some(clock)
                if period == now.period.saturating_add(1)
                    && now.next != NextPlay::Over
                    && period <= 4 =>
            {
                let kind = if now.period == 2 {
                    PlayKind::EndHalf
                } else {
                    PlayKind::EndPeriod
                };
                project::end_period(now, kind, &self.context);
                now.clock_s = now.clock_s.min(clock);
            }
            _ => {}
        }
    }

    /// The phase of the day.
    pub(super) fn phase(&self) -> GamePhase {
        let told = self.status.as_ref().map(|s| s.phase);
        if told == Some(GamePhase::Final) || self.now.next == NextPlay::Over {
            return GamePhase::Final;
        }
        let Some(last) = self.entries.last() else {
            return told.unwrap_or(GamePhase::Scheduled);
        };
        let current = self.status_after.as_ref() == Some(&last.input.play_id);
        match told {
            Some(phase @ (GamePhase::Halftime | GamePhase::Delayed)) if current => phase,
            _ if self.now.period == 3 && last.before.period <= 2 && self.now.clock_s == 900 => {
                GamePhase::Halftime
            }
            _ => GamePhase::Live,
        }
    }
}

/// The fact of where a game stands.
pub fn state_fact(phase: GamePhase, state: &State, price: &Price) -> StateFact {
    StateFact {
        phase,
        clock: state.clock(),
        score: state.score,
        wp_home: price.wp,
        leverage: price.leverage,
        detail: StateDetail::AmericanFootball(FootballState {
            spot: state.spot(),
            next: state.next,
            timeouts: Timeouts {
                home: state.timeouts[0] as i8,
                away: state.timeouts[1] as i8,
            },
            ep: price.ep,
            drive: state.drive.number,
            decision: price.decision.clone(),
        }),
    }
}
