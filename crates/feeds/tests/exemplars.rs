//! Payloads beside what must come of them: `exemplars/<provider>/<case>.<ext>` and `<case>.signals.json`.
//!
//! With `UPDATE_EXEMPLARS=1` the expected files are written anew; look at the difference before keeping it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use matchday_event::GameId;
use matchday_feeds::{
    Context, KnownGame, OpenOptions, Provider, ProviderKind, open_file, provider, providers,
    reference,
};
use serde_json::{Value, json};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exemplars")
}

fn cases(provider: &str) -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = fs::read_dir(folder().join(provider))
        .expect("every provider has exemplars")
        .map(|e| e.expect("entry").path())
        .filter(|p| !p.to_string_lossy().ends_with(".signals.json"))
        .collect();
    cases.sort();
    cases
}

/// Providers whose payloads say for themselves which game they are of. Lines of chat and of sensors have exemplars of
/// another kind, and tests of their own.
fn of_documents() -> impl Iterator<Item = &'static Provider> {
    providers()
        .iter()
        .filter(|p| p.kind != ProviderKind::Senses)
}

/// What a live program would know beside the payload: one game, for the prices.
fn context() -> Context {
    Context {
        games: vec![KnownGame {
            game: GameId::new("nfl-2017010100").expect("id"),
            home: reference::nfl("ATL"),
            away: reference::nfl("NO"),
            kickoff: Some(matchday_event::EventTime(1_483_305_900_000_000)),
        }]
        .into(),
        ..Context::default()
    }
}

fn outcome(name: &str, body: &[u8]) -> Value {
    let parse = provider(name).expect("registered").parse;
    match parse(body, &context()) {
        Ok(games) => json!({ "games": games }),
        Err(e) => json!({ "error": { "code": e.code, "place": e.place, "message": e.message } }),
    }
}

#[test]
fn every_payload_gives_what_is_written_beside_it() {
    let mut wrong = Vec::new();
    for provider in of_documents() {
        for case in cases(provider.name) {
            let body = fs::read(&case).expect("reads");
            let got = outcome(provider.name, &body);
            let beside = case.with_extension("").with_extension("signals.json");
            let beside = if case.extension().is_some_and(|e| e == "json") {
                beside
            } else {
                // Two formats may share a name; the expected file carries both parts.
                let name = case
                    .file_name()
                    .expect("name")
                    .to_string_lossy()
                    .replace('.', "_");
                case.with_file_name(format!("{name}.signals.json"))
            };
            if std::env::var_os("UPDATE_EXEMPLARS").is_some() {
                let text = serde_json::to_string_pretty(&got).expect("writes") + "\n";
                fs::write(&beside, text).expect("writes");
                continue;
            }
            let want: Value = fs::read(&beside)
                .ok()
                .and_then(|b| serde_json::from_slice(&b).ok())
                .unwrap_or_default();
            if got != want {
                wrong.push(format!(
                    "{}:\n{}",
                    case.display(),
                    serde_json::to_string_pretty(&got).expect("writes")
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "not as written beside them: {}",
        wrong.join("\n\n")
    );
}

#[test]
fn every_provider_shows_the_ways_a_payload_fails() {
    for provider in of_documents() {
        let names: Vec<String> = cases(provider.name)
            .iter()
            .map(|p| p.file_stem().expect("stem").to_string_lossy().into_owned())
            .collect();
        for case in ["html", "empty", "truncated"] {
            assert!(names.iter().any(|n| n == case), "{}: {case}", provider.name);
        }
        assert!(names.len() >= 8, "{}: {names:?}", provider.name);
    }
}

#[test]
fn files_are_told_apart_by_their_content() {
    let cases = [
        ("gsis/live.json", "nfl-2017010100"),
        ("espn/live.json", "ncaaf-401999001"),
        ("espn/flattened.json", "ncaaf-401999001"),
        ("cfbd/plays.json", "ncaaf-401999002"),
        ("cfbd/lines.json", "ncaaf-401999002"),
        ("plain/live.json", "nfl-demo-1"),
        ("nflverse/game.csv", "nfl-2017090700"),
        ("nflverse/game.parquet", "nfl-2017090700"),
        ("nflverse/college_table.parquet", "ncaaf-401999002"),
        ("nflverse/nfl_table.parquet", "nfl-2017010100"),
        ("nba-stats/live.json", "nba-0021599901"),
        ("statsbomb/whole.json", "soccer-sb-00000001"),
        ("text-stream/live.csv", "soccer-7001"),
        ("slam-points/women_final.csv", "wta-2031-usopen-2101"),
        ("tracab/live.json", "soccer-tracab-77001"),
        ("pff/live.jsonl", "soccer-pff-10999"),
        ("hawkeye/live.json", "soccer-hawkeye-140001"),
    ];
    for (file, game) in cases {
        let mut games = open_file(folder().join(file), &OpenOptions::default()).expect(file);
        let first = games.next().expect(file).expect(file);
        assert_eq!(first.game.as_str(), game, "{file}");
    }
}

#[test]
fn packed_files_and_a_table_of_games_beside() {
    use std::io::Write as _;
    let dir = tempfile::tempdir().expect("dir");
    let packed = dir.path().join("plays.json.gz");
    let body = fs::read(folder().join("gsis/live.json")).expect("reads");
    let mut gz = flate2::write::GzEncoder::new(
        fs::File::create(&packed).expect("creates"),
        flate2::Compression::fast(),
    );
    gz.write_all(&body).expect("writes");
    gz.finish().expect("writes");
    let game = open_file(&packed, &OpenOptions::default())
        .expect("opens")
        .next()
        .expect("a game")
        .expect("reads");
    assert_eq!(json!({ "games": [game] }), outcome("gsis", &body));

    let table = dir.path().join("plays.parquet");
    fs::copy(folder().join("nflverse/nfl_table.parquet"), &table).expect("copies");
    fs::write(
        dir.path().join("games_2016.csv"),
        "game_id,home_final,away_final,spread_home,over_under_line,stadium_neutral,season_type\n\
         2017010100,38,32,-6.5,56.5,True,REG\n",
    )
    .expect("writes");
    let game = open_file(&table, &OpenOptions::default())
        .expect("opens")
        .next()
        .expect("a game")
        .expect("reads");
    let signals = serde_json::to_value(&game.signals).expect("json");
    assert_eq!(
        signals[0]["line"],
        json!({ "spread_home": -6.5, "total": 56.5 })
    );
    assert_eq!(signals[0]["neutral"], json!(true));
    let last = signals.as_array().and_then(|s| s.last()).expect("signals");
    assert_eq!(last["phase"], json!("final"));
    assert_eq!(last["score"], json!({ "home": 38, "away": 32 }));
}

#[test]
fn a_feed_of_one_game_refuses_another() {
    let body = fs::read(folder().join("gsis/live.json")).expect("reads");
    let context = Context {
        game: Some(GameId::new("nfl-2017010101").expect("id")),
        ..Context::default()
    };
    let e = (provider("gsis").expect("gsis").parse)(&body, &context).expect_err("another game");
    assert_eq!(e.code, matchday_event::FaultCode::WrongShape);
}

#[test]
fn plain_payloads_agree_with_their_schema() {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/feeds");
    let mut compiler = boon::Compiler::new();
    let mut set = boon::Schemas::new();
    let at = schemas.join("plain-game.v1.json");
    let schema = compiler
        .compile(at.to_str().expect("utf-8"), &mut set)
        .unwrap_or_else(|e| panic!("{}: {e:#}", at.display()));
    for (case, good) in [
        ("live", true),
        ("smallest", true),
        ("partial", true),
        ("final", true),
        ("long_clock_missing_down", false),
        ("bad_plays", false),
        ("wrong_shape", false),
        ("bad_id", false),
    ] {
        let body = fs::read(folder().join(format!("plain/{case}.json"))).expect("reads");
        let doc: Value = serde_json::from_slice(&body).expect("json");
        let verdict = set.validate(&doc, schema);
        assert_eq!(
            verdict.is_ok(),
            good,
            "{case}: {:?}",
            verdict.err().map(|e| e.to_string())
        );
    }
}
