//! Plays a second through the fold, on one core: healing, win probability, expected points and leverage, with
//! and without writing the facts, and what a viewer's updates cost on top.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use matchday_engine::{Match, ModelSet, Output, write_facts_jsonl};
use matchday_event::{
    Detail, GameId, PlayId, PlayReport, Score, Side, Signal,
    football::{FootballPlay, PlayKind, PlayTag, Tags},
};

/// A game of sixteen drives of ten plays, each with a sentence as long as the real ones.
fn game() -> Vec<Signal> {
    let mut signals = Vec::new();
    let mut score = Score::default();
    for drive in 0..16_i64 {
        let side = if drive % 2 == 0 {
            Side::Home
        } else {
            Side::Away
        };
        let period = (drive / 4 + 1) as u8;
        let mut yards_to_goal = 75_i16;
        for n in 0..10_i64 {
            let before = score;
            let (kind, tags, yards) = match n {
                0 => (PlayKind::Kickoff, Tags::from(PlayTag::Touchback), None),
                2 | 5 => (PlayKind::Pass, PlayTag::Incomplete.into(), None),
                3 | 6 | 8 => (PlayKind::Pass, PlayTag::Complete.into(), Some(11)),
                9 => (PlayKind::FieldGoal, PlayTag::Good.into(), None),
                _ => (PlayKind::Run, Tags::empty(), Some(6)),
            };
            if n == 9 {
                match side {
                    Side::Home => score.home += 3,
                    Side::Away => score.away += 3,
                }
            }
            let order = (drive * 10 + n + 1) * 1000;
            let text = format!(
                "(12:34) (Shotgun) Q.Passer number {order} to AWY 44 for 6 yards (B.Sample, C.Case). Play {n}."
            );
            signals.push(Signal::Play(PlayReport {
                play_id: PlayId::new(order.to_string()),
                order,
                period,
                clock_s: Some(900 - ((drive % 4) * 10 + n) as i32 * 22),
                score_before: Some(before),
                score_after: Some(score),
                wall: None,
                text: Some(text.into()),
                detail: Detail::AmericanFootball(FootballPlay {
                    possession: Some(side),
                    down: (n > 0).then_some((n % 3 + 1) as i16),
                    distance: (n > 0).then_some(10),
                    yards_to_goal: Some(if n == 0 { 35 } else { yards_to_goal }),
                    yards,
                    kind: Some(kind),
                    tags,
                    ..FootballPlay::default()
                }),
            }));
            if n > 0 {
                yards_to_goal -= yards.unwrap_or(0);
            }
        }
    }
    signals
}

fn fold(c: &mut Criterion) {
    let signals = game();
    let id = GameId::new("nfl-1").expect("a good id");
    let models = ModelSet::builtin();
    let mut group = c.benchmark_group("fold");
    group.throughput(Throughput::Elements(signals.len() as u64));
    let mut run = |name: &str, viewed: bool, write: bool| {
        group.bench_function(name, |b| {
            let mut out = Output::default();
            let mut bytes = Vec::new();
            b.iter_batched(
                || {
                    let mut game = Match::new(id.clone(), models.clone());
                    game.set_viewed(viewed);
                    game
                },
                |mut game| {
                    bytes.clear();
                    for (n, signal) in signals.iter().enumerate() {
                        game.apply(n as u64 + 1, signal, &mut out);
                        if write {
                            write_facts_jsonl(&mut bytes, &id, n as u64 + 1, &out.facts)
                                .expect("memory takes all");
                        }
                    }
                    game
                },
                BatchSize::SmallInput,
            );
        });
    };
    run("facts in memory", false, false);
    run("facts written", false, true);
    run("updates for viewers", true, false);
    group.finish();
}

criterion_group!(benches, fold);
criterion_main!(benches);
