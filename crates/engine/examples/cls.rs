use matchday_engine::sense::game::football::read_text;
use matchday_event::*;
use std::{collections::BTreeMap, io::BufRead};
fn main() {
    for path in std::env::args().skip(1) {
        let mut conf: BTreeMap<(String, String), (u32, Vec<String>)> = BTreeMap::new();
        let mut tagc: BTreeMap<String, [u32; 3]> = BTreeMap::new();
        let (mut n, mut ok) = (0u32, 0u32);
        let mut ex: BTreeMap<(String, u8), Vec<String>> = BTreeMap::new();
        for line in std::io::BufReader::new(std::fs::File::open(&path).unwrap()).lines() {
            let (_, s): (GameId, Signal) = serde_json::from_str(&line.unwrap()).unwrap();
            let Signal::Play(p) = s else { continue };
            let Detail::AmericanFootball(f) = &p.detail;
            let (Some(k), Some(t)) = (f.kind, &p.text) else {
                continue;
            };
            if t.is_empty() {
                continue;
            }
            n += 1;
            let got = read_text(t);
            let g = got.map_or("none".into(), |g| format!("{:?}", g.0));
            let w = format!("{k:?}");
            if g == w {
                ok += 1;
                let tags = got.unwrap().1;
                for tag in tags.union(f.tags) {
                    let a = f.tags.contains(tag);
                    let b = tags.contains(tag);
                    let e = tagc.entry(format!("{tag:?}")).or_default();
                    if a && b {
                        e[0] += 1
                    } else if a {
                        e[1] += 1;
                        let v = ex.entry((format!("{tag:?}"), 1)).or_default();
                        if v.len() < 4 {
                            v.push(t.to_string())
                        }
                    } else {
                        e[2] += 1;
                        let v = ex.entry((format!("{tag:?}"), 2)).or_default();
                        if v.len() < 4 {
                            v.push(t.to_string())
                        }
                    }
                }
            } else {
                let e = conf.entry((w, g)).or_default();
                e.0 += 1;
                if e.1.len() < 4 {
                    e.1.push(t.to_string());
                }
            }
        }
        println!("{path} {ok}/{n} {:.4}", ok as f64 / n as f64);
        let mut v: Vec<_> = conf.into_iter().collect();
        v.sort_by_key(|x| std::cmp::Reverse(x.1.0));
        for ((w, g), (n, ex)) in v.iter().take(22) {
            println!("  code {w} text {g}: {n}");
            for e in ex {
                println!("      {}", e.chars().take(190).collect::<String>());
            }
        }
        println!("tags both/code only/text only {tagc:#?}");
        for ((t, w), v) in ex {
            if [
                "Touchdown",
                "Interception",
                "Good",
                "NoGood",
                "Complete",
                "Safety",
                "Blocked",
                "FumbleLost",
                "ReturnTouchdown",
            ]
            .contains(&t.as_str())
            {
                println!("{t} {}", if w == 1 { "code only" } else { "text only" });
                for e in v {
                    println!("      {}", e.chars().take(200).collect::<String>());
                }
            }
        }
    }
}
