//! The program with models that others have brought: configuration, predictions and pictures.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

const STATE: &str =
    "[\"score_differential\", \"half_seconds_remaining\", \"down\", \"ydstogo\", \"yardline_100\"]";

fn booster() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../learn/tests/boosters/3.2.0/logistic.ubj")
}

fn matchday(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_matchday"))
        .args(args)
        .current_dir(folder)
        .env_remove("MATCHDAY_CONFIG")
        .output()
        .expect("the program runs")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

fn configured(text: &str) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("matchday.toml"), text).expect("written");
    matchday(folder.path(), &["config", "check"])
}

#[test]
fn config_check_loads_every_model_that_is_named() {
    let file = booster();
    let file = file.display();
    let sound = configured(&format!(
        "[models.nfl.wp]\nfile = \"{file}\"\nfeatures = {STATE}\n"
    ));
    assert!(sound.status.success(), "{}", said(&sound));
    let unknown = configured(&format!("[models.nfl]\nwp = \"{file}\"\n"));
    assert!(!unknown.status.success());
    let told = said(&unknown);
    for part in [
        "models.nfl.wp",
        "logistic.ubj",
        "no feature is called \"lead\"",
    ] {
        assert!(told.contains(part), "{told}");
    }
    let misspelt = configured(&format!(
        "[models.nfl.wp]\nfile = \"{file}\"\nfeature = {STATE}\n"
    ));
    assert!(said(&misspelt).contains("line 3"), "{}", said(&misspelt));
}

/// One whole ESPN game of the shared data, if it is there.
fn espn_game() -> Option<PathBuf> {
    let data = std::env::var_os("MATCHDAY_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let file = data.join("cfb/espn_game_401628455.json.gz");
    file.exists().then_some(file)
}

#[test]
fn predictions_and_pictures_of_a_real_game() {
    let Some(game) = espn_game() else {
        println!("left out: predictions_and_pictures_of_a_real_game (no shared data)");
        return;
    };
    let game = game.display().to_string();
    let folder = tempfile::tempdir().expect("a folder");

    let eval = matchday(
        folder.path(),
        &["eval", "wp", &game, "--predictions", "plays.csv"],
    );
    assert!(eval.status.success(), "{}", said(&eval));
    let table = fs::read_to_string(folder.path().join("plays.csv")).expect("predictions");
    let mut lines = table.lines();
    let heads: Vec<&str> = lines.next().expect("a head").split(',').collect();
    for column in ["game_id", "play_id", "home_wp", "ep", "leverage"] {
        assert!(heads.contains(&column), "{heads:?}");
    }
    let wp_at = heads.iter().position(|h| *h == "home_wp").expect("there");
    let mut plays = 0;
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells[0], "401628455", "the provider's own number");
        let wp: f64 = cells[wp_at].parse().expect("a probability");
        assert!((0.0..=1.0).contains(&wp));
        plays += 1;
    }
    assert!(plays > 100, "{plays} plays");

    let drawn = matchday(folder.path(), &["calibrate", &game, "--out", "pictures"]);
    assert!(drawn.status.success(), "{}", said(&drawn));
    let page = fs::read_to_string(folder.path().join("pictures/index.html")).expect("a page");
    // Nothing is fetched: the only address is the name of SVG.
    let addresses = page.matches("http").count();
    assert_eq!(
        addresses,
        page.matches("http://www.w3.org/2000/svg").count()
    );
    let pictures = page.matches("<svg role=\"img\"").count();
    assert_eq!(pictures, 4, "comparison, two reliabilities, one game");
    assert_eq!(
        page.matches("<details>").count(),
        pictures,
        "a table behind each"
    );
    assert_eq!(page.matches("<desc").count(), pictures);
    let files = fs::read_dir(folder.path().join("pictures")).expect("files");
    assert_eq!(files.count(), pictures + 1);
}
