//! Sentences of every kind, in the manner of the NFL's scorers and of college ones, and what they are read as.

use matchday_engine::sense::game::football::read_text;

/// `kind tags | sentence`, the names as they stand in JSON; a dash where nothing can be said.
const SENTENCES: &str = "
run | (9:12) T.Example left guard to HOM 31 for 4 yards (B.Sample, C.Case).
run | (2:00) (Shotgun) Q.Passer scrambles up the middle to AWY 44 for 9 yards (B.Sample).
run touchdown | (7:45) T.Example right end for 12 yards, TOUCHDOWN.
run fumble fumble_lost | (3:33) T.Example up the middle to AWY 20 for 3 yards (B.Sample). FUMBLES (B.Sample), RECOVERED by AWY-C.Case at AWY 18.
run fumble | (3:33) T.Example up the middle to AWY 20 for 3 yards (B.Sample). FUMBLES (B.Sample), recovered by HOM-D.Ditto at AWY 22.
run | (0:58) (Punt formation) K.Kicker up the middle to HOM 48 for 11 yards (T.Spikes).
run penalty | (4:10) T.Example left end to AWY 9 for 14 yards (B.Sample). PENALTY on HOM-E.Echo, Offensive Holding, 10 yards, enforced at AWY 15.
pass complete | (12:01) (No Huddle) Q.Passer pass short left to R.Catcher to HOM 40 for 7 yards (C.Case).
pass incomplete | (12:01) Q.Passer pass incomplete deep right to R.Catcher [B.Sample].
pass complete touchdown | (5:00) Q.Passer pass deep middle to R.Catcher for 38 yards, TOUCHDOWN.
pass interception | (6:06) Q.Passer pass short middle intended for R.Catcher INTERCEPTED by C.Case at HOM 44. C.Case to HOM 40 for 4 yards (T.Example).
pass interception return_touchdown | (6:06) Q.Passer pass INTERCEPTED by C.Case at HOM 30. C.Case for 30 yards, TOUCHDOWN.
pass incomplete reversed | (8:08) Q.Passer pass short right to R.Catcher for 5 yards, TOUCHDOWN. The Replay Official reviewed the catch, and the play was REVERSED. Q.Passer pass incomplete short right to R.Catcher.
sack | (11:30) Q.Passer sacked at HOM 18 for -8 yards (B.Sample).
sack fumble fumble_lost return_touchdown | (11:30) Q.Passer sacked at HOM 18 for -8 yards (B.Sample). FUMBLES (B.Sample), RECOVERED by AWY-C.Case at HOM 18. C.Case for 18 yards, TOUCHDOWN.
sack safety | (11:30) Q.Passer sacked in End Zone for -6 yards (B.Sample), SAFETY.
kneel | (0:38) Q.Passer kneels to HOM 24 for -1 yards.
spike | (0:12) Q.Passer spiked the ball to stop the clock.
punt | (4:40) P.Booter punts 47 yards to AWY 18, Center-S.Nap. R.Turner to AWY 27 for 9 yards (E.Echo).
punt touchback | (4:40) P.Booter punts 51 yards to end zone, Center-S.Nap, Touchback.
punt blocked | (4:40) P.Booter punt is BLOCKED by B.Sample, Center-S.Nap, recovered by HOM-E.Echo at HOM 20.
punt return_touchdown | (4:40) P.Booter punts 47 yards to AWY 18, Center-S.Nap. R.Turner for 82 yards, TOUCHDOWN.
kickoff touchback | P.Booter kicks 65 yards from HOM 35 to end zone, Touchback.
kickoff onside kicking_team_ball | P.Booter kicks onside 12 yards from HOM 35 to HOM 47. RECOVERED by HOM-E.Echo.
kickoff touchdown | P.Booter kicks 68 yards from HOM 35 to AWY -3. R.Turner for 103 yards, TOUCHDOWN.
field_goal good | (0:03) K.Kicker 43 yard field goal is GOOD, Center-S.Nap, Holder-P.Booter.
field_goal no_good | (0:03) K.Kicker 43 yard field goal is No Good, Wide Left, Center-S.Nap, Holder-P.Booter.
field_goal blocked no_good | (0:03) K.Kicker 43 yard field goal is BLOCKED (B.Sample), Center-S.Nap, Holder-P.Booter.
extra_point good | K.Kicker extra point is GOOD, Center-S.Nap, Holder-P.Booter.
extra_point no_good | K.Kicker extra point is No Good, Hit Left Upright, Center-S.Nap, Holder-P.Booter.
two_point good | TWO-POINT CONVERSION ATTEMPT. Q.Passer pass to R.Catcher is complete. ATTEMPT SUCCEEDS.
two_point no_good | TWO-POINT CONVERSION ATTEMPT. T.Example rushes up the middle. ATTEMPT FAILS.
no_play penalty | (9:59) PENALTY on HOM-E.Echo, False Start, 5 yards, enforced at HOM 30 - No Play.
no_play penalty defensive_penalty | (9:59) PENALTY on AWY-B.Sample, Neutral Zone Infraction, 5 yards, enforced at HOM 30 - No Play.
no_play penalty | (9:59) Q.Passer pass deep left to R.Catcher for 60 yards, TOUCHDOWN NULLIFIED by Penalty. PENALTY on HOM-E.Echo, Offensive Holding, 10 yards, enforced at HOM 40 - No Play.
timeout | Timeout #2 by AWY at 01:07.
timeout | Two-Minute Warning
end_period | END QUARTER 1
end_half | END QUARTER 2
end_game | END GAME
run | Tom Example run for 6 yds to the Hmtwn 41
run first_down | Tom Example run for 16 yds to the Awayv 41 for a 1ST down
run touchdown | Tom Example run for 2 yds for a TD, (Ken Kicker KICK)
run touchdown | Tom Example 9 Yd Run (Quinn Passer Pass to Rob Catcher for Two-Point Conversion)
run | Colin Ironside run for 4 yds to the Hmtwn 12
pass complete | Quinn Passer pass complete to Rob Catcher for 11 yds to the Hmtwn 44
pass incomplete | Quinn Passer pass incomplete to Rob Catcher, broken up by Carl Case
pass complete touchdown | Rob Catcher 25 Yd pass from Quinn Passer (Ken Kicker Kick)
pass interception | Quinn Passer pass intercepted Carl Case return for 12 yds to the Hmtwn 30
pass interception return_touchdown | Carl Case 44 Yd Interception Return (Ken Kicker Kick)
sack | Quinn Passer sacked by Bob Sample for a loss of 9 yards to the Hmtwn 22
punt | Pat Booter punt for 44 yds , Ron Turner returns for 3 yds to the Awayv 30
kickoff touchback | Nelson Booter kickoff for 65 yds for a touchback
kickoff | Nelson Booter kickoff for 60 yds , Ron Turner return for 21 yds to the Awayv 26
field_goal good | Ken Kicker 38 yd FG GOOD
field_goal no_good | Ken Kicker 51 yd FG MISSED
no_play penalty | HOMETOWN Penalty, False Start (-5 Yards) to the Hmtwn 20
no_play penalty first_down | AWAYVILLE Penalty, Pass Interference (15 Yards) to the Awayv 38 for a 1ST down
timeout | Timeout AWAYVILLE, clock 06:18
end_period | End of 3rd Quarter
end_half | End of 2nd Quarter
end_game | End of Game
- | zzz qqq
- |
";

#[test]
fn sentences_are_read() {
    let mut wrong = Vec::new();
    for line in SENTENCES.lines().filter(|l| !l.is_empty()) {
        let (expected, sentence) = line.split_once('|').unwrap();
        let read = match read_text(sentence.trim()) {
            None => "-".to_owned(),
            Some((kind, tags)) => {
                let kind = serde_json::to_value(kind).unwrap();
                let tags = serde_json::to_value(tags).unwrap();
                let names = std::iter::once(&kind).chain(tags.as_array().unwrap());
                let names: Vec<_> = names.map(|v| v.as_str().unwrap()).collect();
                names.join(" ")
            }
        };
        let words = |s: &str| {
            let mut words: Vec<_> = s.split_whitespace().map(str::to_owned).collect();
            words.sort();
            words
        };
        if words(expected) != words(&read) {
            wrong.push(format!(
                "{sentence}\n    expected {expected}\n    read     {read}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_code_comes_before_the_sentence() {
    use matchday_event::{Detail, PlayId, PlayReport, football::FootballPlay, football::PlayKind};
    use matchday_event::{Signal, football::PlayTag};
    let mut game = matchday_engine::Match::new(
        matchday_event::GameId::new("nfl-1").unwrap(),
        matchday_engine::ModelSet::builtin(),
    );
    let report = PlayReport {
        play_id: PlayId::new("1"),
        order: 1,
        period: 1,
        clock_s: Some(800),
        score_before: None,
        score_after: None,
        wall: None,
        text: Some("Quinn Passer pass intercepted by Carl Case. PENALTY on HOM, declined".into()),
        detail: Detail::AmericanFootball(FootballPlay {
            kind: Some(PlayKind::Run),
            tags: PlayTag::Fumble.into(),
            ..FootballPlay::default()
        }),
    };
    game.apply(
        1,
        &Signal::Play(report),
        &mut matchday_engine::Output::default(),
    );
    let play = game.snapshot().plays.remove(0);
    let play = play.detail.football().expect("a football play");
    assert_eq!(play.kind, PlayKind::Run);
    assert_eq!(play.tags, PlayTag::Fumble);
}
