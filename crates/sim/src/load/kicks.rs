use matchday_event::{
    Side,
    football::{PlayKind, PlayTag, Tags},
};

use super::game::{Next, Signals, Told};

/// What became of a snap from scrimmage.
struct Outcome {
    kind: PlayKind,
    tags: Tags,
    yards: i16,
    words: String,
    ran_s: u16,
    stopped: bool,
    /// The other side has the ball where it ended, and runs it back this far.
    lost: Option<i16>,
}

impl Signals {
    pub(super) fn kickoff(&mut self, kicker: Side, from: u8) {
        let (spot, score) = (self.spot(), self.score);
        let receiver = kicker.other();
        let club = self.abbr(kicker);
        let late = self.period == 4 && self.clock_s < 180 && self.lead(kicker) < 0;
        self.down = 0;
        let mut tags = Tags::empty();
        let mut ran_s = 0;
        let text;
        if late && from == 35 && self.rng.chance(0.6) {
            tags |= PlayTag::Onside;
            ran_s = 3;
            if self.rng.chance(0.15) {
                tags |= PlayTag::KickingTeamBall;
                self.first_down(kicker, 53);
                text = format!("{club} kicks onside, recovered by {club}.");
            } else {
                self.first_down(receiver, 46);
                text = format!("{club} kicks onside, recovered by {}.", self.abbr(receiver));
            }
        } else if self.rng.chance(0.58) {
            tags |= PlayTag::Touchback;
            self.first_down(receiver, 75);
            text = format!("{club} kicks off into the end zone, touchback.");
        } else if self.rng.chance(0.008) {
            tags |= PlayTag::Touchdown;
            ran_s = 13;
            // The return is a possession of its own.
            self.first_down(receiver, 99);
            self.touchdown(receiver);
            text = format!(
                "{club} kicks off, returned by {} for a touchdown.",
                self.abbr(receiver)
            );
        } else {
            ran_s = 5;
            let to_goal = self.rng.between(62, 88) as u8;
            self.first_down(receiver, to_goal);
            let place = self.place(receiver, to_goal.into());
            text = format!(
                "{club} kicks off, returned by {} to {place}.",
                self.abbr(receiver)
            );
        }
        let told = Told {
            kind: PlayKind::Kickoff,
            tags,
            yards: None,
            text,
            ran_s,
            stopped: true,
        };
        self.record(spot, score, told);
    }

    pub(super) fn attempt(&mut self, side: Side) {
        let (mut spot, score) = (self.spot(), self.score);
        let lead = self.lead(side);
        let two = matches!(lead, -2 | -5 | -10) && self.period >= 4 || self.rng.chance(0.04);
        let club = self.abbr(side);
        self.next = Next::Kickoff(side, 35);
        let (kind, good, text);
        let mut tags;
        if two {
            spot.yards_to_goal = Some(2);
            kind = PlayKind::TwoPoint;
            good = self.rng.chance(0.48);
            tags = if good {
                Tags::only(PlayTag::Good)
            } else {
                Tags::only(PlayTag::NoGood)
            };
            if good {
                self.add_points(side, 2);
            } else if self.rng.chance(0.02) {
                tags |= PlayTag::DefensiveTwoPoint;
                self.add_points(side.other(), 2);
            }
            let verdict = if good { "is good" } else { "fails" };
            text = format!("Two-point try by {club} {verdict}.");
        } else {
            kind = PlayKind::ExtraPoint;
            good = self.rng.chance(0.94);
            tags = if good {
                Tags::only(PlayTag::Good)
            } else {
                Tags::only(PlayTag::NoGood)
            };
            if good {
                self.add_points(side, 1);
            }
            let verdict = if good { "is good" } else { "is no good" };
            text = format!("{club} extra point {verdict}.");
        }
        let told = Told {
            kind,
            tags,
            yards: None,
            text,
            ran_s: 0,
            stopped: true,
        };
        self.record(spot, score, told);
    }

    pub(super) fn scrimmage(&mut self) {
        if self.rng.chance(0.06) {
            self.penalty();
            return;
        }
        let lead = self.lead(self.ball);
        let last_half = self.period >= 4;
        let hurry = last_half && self.clock_s < 150 && lead < 0;
        if last_half
            && lead > 0
            && self.clock_s < 110
            && *self.timeouts_of(self.ball.other()) == 0
            && self.down < 4
        {
            self.kneel();
            return;
        }
        if self.down == 4 {
            let must = hurry && (lead < -3 || self.to_goal > 40);
            let short = self.distance <= 2 && self.to_goal < 55 && self.rng.chance(0.35);
            if !must && !short {
                if self.to_goal <= 37 {
                    self.field_goal();
                } else {
                    self.punt();
                }
                return;
            }
        } else if self.clock_s < 8
            && matches!(self.period, 2 | 4)
            && self.to_goal <= 37
            && lead > -4
        {
            self.field_goal();
            return;
        }
        let pass = if hurry { 0.85 } else { 0.57 };
        let outcome = if self.rng.chance(pass) {
            self.pass()
        } else {
            self.run()
        };
        self.down_played(outcome, hurry);
    }

    fn pass(&mut self) -> Outcome {
        let club = self.abbr(self.ball);
        let draw = self.rng.unit();
        let air = i16::from(self.to_goal);
        if draw < 0.06 {
            return Outcome {
                kind: PlayKind::Sack,
                tags: Tags::empty(),
                yards: -(self.rng.between(3, 11) as i16),
                words: format!("{club} passer sacked"),
                ran_s: 30,
                stopped: false,
                lost: None,
            };
        }
        if draw < 0.085 {
            let thrown = (self.rng.between(3, 35) as i16).min(air);
            let back = if self.rng.chance(0.1) {
                100
            } else {
                self.rng.between(0, 25) as i16
            };
            return Outcome {
                kind: PlayKind::Pass,
                tags: Tags::only(PlayTag::Interception),
                yards: thrown,
                words: format!(
                    "{club} pass intercepted by {}",
                    self.abbr(self.ball.other())
                ),
                ran_s: 8,
                stopped: true,
                lost: Some(back),
            };
        }
        if draw < 0.405 {
            return Outcome {
                kind: PlayKind::Pass,
                tags: Tags::only(PlayTag::Incomplete),
                yards: 0,
                words: format!("{club} pass incomplete"),
                ran_s: 6,
                stopped: true,
                lost: None,
            };
        }
        let yards =
            (-(self.rng.unit().max(1e-9)).ln() * 11.8) as i16 - i16::from(self.rng.chance(0.1)) * 3;
        let out = self.rng.chance(0.2);
        let (lost, tags) = self.fumble(Tags::only(PlayTag::Complete));
        Outcome {
            kind: PlayKind::Pass,
            tags,
            yards,
            words: format!("{club} passes"),
            ran_s: if out {
                7
            } else {
                self.rng.between(27, 42) as u16
            },
            stopped: out,
            lost,
        }
    }

    fn run(&mut self) -> Outcome {
        let club = self.abbr(self.ball);
        let long = self.rng.chance(0.03);
        let yards = if long {
            self.rng.between(15, 70) as i16
        } else {
            (4.4 + 3.6 * self.rng.normal()).floor() as i16
        };
        let (lost, tags) = self.fumble(Tags::empty());
        Outcome {
            kind: PlayKind::Run,
            tags,
            yards,
            words: format!("{club} runs"),
            ran_s: self.rng.between(30, 43) as u16,
            stopped: false,
            lost,
        }
    }

    fn fumble(&mut self, tags: Tags) -> (Option<i16>, Tags) {
        if !self.rng.chance(0.012) {
            return (None, tags);
        }
        if self.rng.chance(0.5) {
            return (None, tags | PlayTag::Fumble);
        }
        let back = if self.rng.chance(0.06) {
            100
        } else {
            self.rng.between(0, 12) as i16
        };
        (Some(back), tags | PlayTag::Fumble | PlayTag::FumbleLost)
    }

    /// What a snap did to ball, downs and score.
    fn down_played(&mut self, mut o: Outcome, hurry: bool) {
        let (spot, score) = (self.spot(), self.score);
        let from = i16::from(self.to_goal);
        let side = self.ball;
        // A lost ball is lost short of the goal line, and behind one's own it is a safety or a score.
        let ceiling = if o.lost.is_some() { from - 1 } else { from };
        o.yards = o.yards.clamp(from - 100, ceiling);
        let now = from - o.yards;
        let mut words = o.words.clone();
        if o.kind != PlayKind::Pass || o.tags.contains(PlayTag::Complete) {
            words += &match o.yards {
                0 => " for no gain".to_owned(),
                y if y < 0 => format!(" for a loss of {}", -y),
                y => format!(" for {y}"),
            };
        }
        if let Some(back) = o.lost {
            if o.tags.contains(PlayTag::FumbleLost) {
                words += &format!(", fumble, recovered by {}", self.abbr(side.other()));
            }
            let theirs = (100 - now).max(1);
            if back >= theirs {
                o.tags |= PlayTag::ReturnTouchdown;
                words += ", returned for a touchdown";
                self.first_down(side.other(), 99);
                self.touchdown(side.other());
            } else {
                self.first_down(side.other(), (theirs - back).clamp(1, 99) as u8);
            }
            o.stopped = true;
        } else if now <= 0 {
            o.tags |= PlayTag::Touchdown;
            words += ", touchdown";
            self.touchdown(side);
        } else if now >= 100 {
            o.tags |= PlayTag::Safety;
            words += ", safety";
            self.add_points(side.other(), 2);
            self.down = 0;
            self.next = Next::Kickoff(side, 20);
        } else {
            self.to_goal = now as u8;
            if o.yards >= i16::from(self.distance) {
                o.tags |= PlayTag::FirstDown;
                words += &format!(", first down at {}", self.place(side, now));
                self.first_down(side, now as u8);
            } else if self.down == 4 {
                o.tags |= PlayTag::TurnoverOnDowns;
                words += ", turnover on downs";
                o.stopped = true;
                self.first_down(side.other(), (100 - now) as u8);
            } else {
                self.down += 1;
                self.distance = (i16::from(self.distance) - o.yards) as u8;
            }
        }
        let ran_s = if hurry && !o.stopped {
            o.ran_s.min(16)
        } else {
            o.ran_s
        };
        let told = Told {
            kind: o.kind,
            tags: o.tags,
            yards: Some(if o.tags.contains(PlayTag::Interception) {
                0
            } else {
                o.yards
            }),
            text: format!("{words}."),
            ran_s,
            stopped: o.stopped,
        };
        self.record(spot, score, told);
    }

    fn touchdown(&mut self, side: Side) {
        self.add_points(side, 6);
        self.down = 0;
        // In overtime a touchdown ends the game, and there is no try.
        self.next = if self.period > 4 {
            Next::Over
        } else {
            Next::Try(side)
        };
    }

    fn kneel(&mut self) {
        let (spot, score) = (self.spot(), self.score);
        self.to_goal = (self.to_goal + 1).min(99);
        self.distance = self.distance.saturating_add(1);
        self.down += 1;
        let text = format!("{} kneels.", self.abbr(self.ball));
        let told = Told {
            kind: PlayKind::Kneel,
            tags: Tags::empty(),
            yards: Some(-1),
            text,
            ran_s: 42,
            stopped: false,
        };
        self.record(spot, score, told);
    }

    fn punt(&mut self) {
        let (spot, score) = (self.spot(), self.score);
        let side = self.ball;
        let club = self.abbr(side);
        let length = self.rng.between(33, 58) as u8;
        let mut tags = Tags::empty();
        let text;
        if self.to_goal <= length {
            tags |= PlayTag::Touchback;
            text = format!("{club} punts into the end zone, touchback.");
            self.first_down(side.other(), 80);
        } else if self.rng.chance(0.008) {
            tags |= PlayTag::ReturnTouchdown;
            text = format!(
                "{club} punts, returned by {} for a touchdown.",
                self.abbr(side.other())
            );
            self.first_down(side.other(), 99);
            self.touchdown(side.other());
        } else {
            let caught = 100 - (self.to_goal - length);
            let back = if self.rng.chance(0.45) {
                self.rng.between(1, 18) as u8
            } else {
                0
            };
            let to_goal = caught.saturating_sub(back).clamp(1, 99);
            text = format!(
                "{club} punts {length} yards to {}.",
                self.place(side.other(), to_goal.into())
            );
            self.first_down(side.other(), to_goal);
        }
        let told = Told {
            kind: PlayKind::Punt,
            tags,
            yards: None,
            text,
            ran_s: 9,
            stopped: true,
        };
        self.record(spot, score, told);
    }

    fn field_goal(&mut self) {
        let (spot, score) = (self.spot(), self.score);
        let side = self.ball;
        let club = self.abbr(side);
        let length = self.to_goal + 17;
        // About 99 % from 20 yards, 65 % from 50.
        let chance = (1.22 - 0.0115 * f64::from(length)).clamp(0.2, 0.99);
        let good = self.rng.chance(chance);
        let mut tags = Tags::empty();
        let text;
        if good {
            tags |= PlayTag::Good;
            self.add_points(side, 3);
            self.down = 0;
            self.next = Next::Kickoff(side, 35);
            text = format!("{club} {length}-yard field goal is good.");
        } else {
            tags |= PlayTag::NoGood;
            if self.rng.chance(0.1) {
                tags |= PlayTag::Blocked;
            }
            // The ball comes back to the spot of the kick, or the 20.
            let theirs = (93_u8.saturating_sub(self.to_goal)).clamp(1, 80);
            text = format!("{club} {length}-yard field goal is no good.");
            self.first_down(side.other(), theirs);
        }
        let told = Told {
            kind: PlayKind::FieldGoal,
            tags,
            yards: None,
            text,
            ran_s: 5,
            stopped: true,
        };
        self.record(spot, score, told);
    }
}
