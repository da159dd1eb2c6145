use matchday_engine::*;
use matchday_event::*;
use std::{collections::BTreeMap, io::BufRead, time::Instant};
struct Parsed {
    game: GameId,
    signals: Vec<Signal>,
}
fn main() {
    let mut args = std::env::args().skip(1);
    let mode = args.next().unwrap();
    for path in args {
        let mut file = Totals::default();
        let mut cur: Option<Parsed> = None;
        for line in std::io::BufReader::new(std::fs::File::open(&path).unwrap()).lines() {
            let (g, s): (GameId, Signal) = serde_json::from_str(&line.unwrap()).unwrap();
            if let Some(c) = &mut cur
                && c.game == g
            {
                c.signals.push(s);
                continue;
            }
            if let Some(c) = cur.take() {
                if mode != "show" || std::env::var("GAME").is_ok_and(|x| x == c.game.as_str()) {
                    run(&mode, &c, &mut file);
                }
            }
            cur = Some(Parsed {
                game: g,
                signals: vec![s],
            });
        }
        run(&mode, &cur.unwrap(), &mut file);
        println!("{path}: {file:#?}");
        println!(
            "plays/s fold {:.0}  with facts {:.0}",
            file.plays as f64 / file.fold_s,
            file.plays as f64 / (file.fold_s + file.write_s)
        );
    }
}

#[derive(Default, Debug)]
struct Totals {
    games: u64,
    plays: u64,
    facts: u64,
    fold_s: f64,
    write_s: f64,
    bytes: u64,
    final_known: u64,
    final_right: u64,
    plays_final_right: u64,
    wp_end: u64,
    telescopes: u64,
    continuous: u64,
    healed: BTreeMap<&'static str, u32>,
    games_healed: BTreeMap<&'static str, u32>,
    brier: f64,
    brier_n: u64,
    drive_results: BTreeMap<String, u32>,
    scored_without_drive: u64,
}

fn run(mode: &str, parsed: &Parsed, t: &mut Totals) {
    let mut m = Match::new(parsed.game.clone(), ModelSet::builtin());
    m.set_viewed(mode == "view");
    let mut out = Output::default();
    let mut sink = Vec::new();
    t.games += 1;
    let mut fin = None;
    let mut before_final = None;
    let mut snap = m.snapshot();
    for (seq, signal) in parsed.signals.iter().enumerate() {
        if let Signal::Status(s) = signal
            && s.phase == GamePhase::Final
        {
            fin = s.score;
            before_final = Some(m.card().score);
        }
        let a = Instant::now();
        m.apply(seq as u64 + 1, signal, &mut out);
        let b = Instant::now();
        if mode != "fold" {
            write_facts_jsonl(&mut sink, &parsed.game, seq as u64 + 1, &out.facts).unwrap();
        }
        t.fold_s += (b - a).as_secs_f64();
        t.write_s += b.elapsed().as_secs_f64();
        t.facts += out.facts.len() as u64;
        if matches!(signal, Signal::Play(_)) {
            t.plays += 1;
        }
        if mode == "view" {
            if let Some(u) = &out.update {
                snap.apply(u);
            }
            let now = m.snapshot();
            if now != snap {
                println!("VIEW DIFFERS {} seq {} ", parsed.game, seq);
                if now.plays != snap.plays {
                    for (a, b) in now.plays.iter().zip(&snap.plays) {
                        if a != b {
                            println!("{a:?}\n{b:?}");
                            break;
                        }
                    }
                }
                if now.drives != snap.drives {
                    println!("drives {:?} {:?}", now.drives.len(), snap.drives.len());
                    for (a, b) in now.drives.iter().zip(&snap.drives) {
                        if a != b {
                            println!("{a:?}\n{b:?}");
                        }
                    }
                }
                std::process::exit(1);
            }
        }
    }
    t.bytes += sink.len() as u64;
    let s = m.snapshot();
    if let Some(f) = fin {
        t.final_known += 1;
        if s.state.score == f {
            t.final_right += 1;
        }
        if before_final == Some(f) {
            t.plays_final_right += 1;
        } else if mode == "finals" {
            println!(
                "final {} plays say {:?} final {:?}",
                parsed.game, before_final, f
            );
        }
        let want = if f.home > f.away {
            1.0
        } else if f.home < f.away {
            0.0
        } else {
            0.5
        };
        if s.state.wp_home == want && s.plays.last().is_some_and(|p| p.wp_home_after == want) {
            t.wp_end += 1;
        }
        for p in &s.plays {
            if matches!(p.spot.down, Some(1..=4)) {
                t.brier += (p.wp_home_before - want).powi(2);
                t.brier_n += 1;
            }
        }
    }
    let sum: f64 = s.plays.iter().map(|p| p.wpa_home).sum();
    if let (Some(a), Some(b)) = (s.plays.first(), s.plays.last()) {
        if (sum - (b.wp_home_after - a.wp_home_before)).abs() < 1e-9 {
            t.telescopes += 1;
        }
    }
    if s.plays
        .windows(2)
        .all(|w| w[0].score_after == w[1].score_before && w[0].wp_home_after == w[1].wp_home_before)
    {
        t.continuous += 1;
    }
    for (c, n) in &s.healed {
        *t.healed.entry(c.as_str()).or_default() += n;
        *t.games_healed.entry(c.as_str()).or_default() += 1;
    }
    for d in &s.drives {
        *t.drive_results
            .entry(format!("{:?}", d.result))
            .or_default() += 1;
    }
    if mode == "show" {
        println!("{}", parsed.game);
        for p in &s.plays {
            println!(
                "{:>8} d{} q{} {:>4} {:?} {:?} {:?} {}-{}>{}-{} wp {:.3} {:+.3} ep {:?} epa {:?} lev {:?} {}",
                p.order,
                p.drive,
                p.clock.period,
                p.clock.clock_s,
                p.spot,
                p.kind,
                p.tags,
                p.score_before.home,
                p.score_before.away,
                p.score_after.home,
                p.score_after.away,
                p.wp_home_before,
                p.wpa_home,
                p.ep_before,
                p.epa,
                p.leverage,
                p.text.as_deref().unwrap_or("")
            );
        }
        println!("{:#?}", s.drives);
        std::process::exit(0)
    }
}
