//! Positions on real files: what physics allows, and the providers' own figures. The files are not part of the project:
//! where they are absent these tests say so and end. Also what the parsers do that no registered provider shows.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

use flate2::read::MultiGzDecoder;
use matchday_event::{
    EventTime, Side,
    senses::{FrameReport, Towards},
};
use matchday_feeds::tracking::{
    Setup, hawkeye, metrica, orient, pff, skillcorner, statsbomb, tracab,
};

fn data(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("MATCHDAY_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let path = root.join("soccer").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!(
        "left out: soccer/{name} is not under {}; set MATCHDAY_DATA to where it is",
        root.display()
    );
    None
}

fn unpacked(path: &Path) -> Vec<u8> {
    let mut out = Vec::new();
    MultiGzDecoder::new(File::open(path).expect("opens"))
        .read_to_end(&mut out)
        .expect("unpacks");
    out
}

/// Speeds in m/s, beside what the provider says.
type Steps = Vec<(f32, Option<f32>)>;

/// Steps of players and ball between frames at most a quarter of a second apart.
fn steps(frames: &[FrameReport]) -> (Steps, Steps) {
    let (mut players, mut balls) = (Vec::new(), Vec::new());
    for two in frames.windows(2) {
        let dt = (two[1].at.0 - two[0].at.0) as f32 / 1e6;
        if dt > 0.25 || two[0].period != two[1].period {
            continue;
        }
        for p in two[1].players.iter().filter(|p| !p.guessed) {
            if let Some(q) = two[0].players.iter().find(|q| q.id == p.id && !q.guessed) {
                players.push(((p.x_m - q.x_m).hypot(p.y_m - q.y_m) / dt, p.speed_mps));
            }
        }
        if let ([q], [p]) = (&two[0].balls[..], &two[1].balls[..]) {
            let up = p.z_m.unwrap_or(0.0) - q.z_m.unwrap_or(0.0);
            let v = (p.x_m - q.x_m).hypot(p.y_m - q.y_m).hypot(up) / dt;
            balls.push((v, p.speed_mps));
        }
    }
    (players, balls)
}

fn on_the_ground(frames: &[FrameReport]) {
    for frame in frames {
        let (x, y) = (frame.pitch.length_m / 2.0, frame.pitch.width_m / 2.0);
        for p in &frame.players {
            assert!(p.x_m.abs() < x + 10.0 && p.y_m.abs() < y + 10.0, "{p:?}");
        }
        for b in &frame.balls {
            assert!(b.x_m.abs() < x + 15.0 && b.y_m.abs() < y + 30.0, "{b:?}");
        }
    }
}

/// The keeper of the home side stands before its own goal: at negative x in the first half.
fn deepest_home(frame: &FrameReport) -> f32 {
    let home = frame.players.iter().filter(|p| p.side == Some(Side::Home));
    home.map(|p| p.x_m).fold(f32::MAX, f32::min)
}

#[test]
fn tracab_real() {
    let Some(path) = data("other_formats/tracab_raw.json.gz") else {
        return;
    };
    let tracks = tracab::read(&unpacked(&path), &Setup::new("tracab")).expect("reads");
    let frames = &tracks.frames;
    assert_eq!((frames.len(), tracks.turned), (7, true));
    on_the_ground(frames);
    assert!(deepest_home(&frames[0]) < -45.0);
    assert!(
        frames
            .iter()
            .all(|f| f.players.len() == 22 && f.balls.len() == 1)
    );
    let halves: Vec<_> = frames.iter().map(|f| (f.period, f.home_attacks)).collect();
    assert_eq!(halves[0], (Some(1), Some(Towards::Positive)));
    assert_eq!(halves[6], (Some(2), Some(Towards::Negative)));
    let (players, balls) = steps(frames);
    // A step of a twenty-fifth of a second is rough (whole centimetres, and some of noise); the provider smooths its own.
    let mut off: Vec<f32> = players
        .iter()
        .map(|(ours, own)| (ours - own.expect("given")).abs())
        .collect();
    off.sort_by(f32::total_cmp);
    let (half, most) = (off[off.len() / 2], off[off.len() - 1]);
    println!(
        "TRACAB: half of {} steps within {half:.2} m/s of its own, all within {most:.2}",
        off.len()
    );
    assert!(half < 0.5 && most < 2.5, "{half} {most}");
    for (ours, own) in balls {
        assert!(
            (ours - own.expect("given")).abs() < 1.0,
            "{ours} and {own:?}"
        );
    }
}

#[test]
fn hawkeye_real() {
    let Some(path) = data("other_formats/hawkeye_1_1.football.samples.ball.gz") else {
        return;
    };
    let tracks = hawkeye::read(&unpacked(&path), &Setup::new("hawkeye")).expect("reads");
    assert_eq!(tracks.frames.len(), 2969);
    on_the_ground(&tracks.frames);
    let (_, balls) = steps(&tracks.frames);
    let most = balls.iter().map(|b| b.0).fold(0.0, f32::max);
    // Millimetres over a fiftieth of a second.
    let worst = balls
        .iter()
        .map(|(ours, own)| (ours - own.expect("given")).abs())
        .fold(0.0, f32::max);
    println!("Hawk-Eye: fastest {most:.1} m/s, at most {worst:.3} from its own");
    assert!(most < 60.0 && worst < 0.15, "{most} {worst}");
    assert_eq!(tracks.frames[0].at, EventTime(1_727_038_849_383_080));
    assert!(tracks.frames.iter().all(|f| f.home_attacks.is_none()));
}

#[test]
fn skillcorner_real() {
    let (Some(table), Some(about)) = (
        data("skillcorner/bayern_dortmund_2019_tracking.parquet"),
        data("skillcorner/bayern_dortmund_2019_match_data.json.gz"),
    ) else {
        return;
    };
    let table = std::fs::read(table).expect("reads");
    let setup = Setup::new("skillcorner");
    let tracks = skillcorner::read(table.into(), &unpacked(&about), &setup).expect("reads");
    let frames = &tracks.frames;
    assert_eq!((frames.len(), tracks.turned), (34_783, true));
    on_the_ground(frames);
    let (players, balls) = steps(frames);
    let over = players.iter().filter(|p| p.0 > 12.4).count() as f32 / players.len() as f32;
    println!(
        "SkillCorner: {} steps of players, {:.2} % of them faster than anybody ran; {} of the ball",
        players.len(),
        100.0 * over,
        balls.len()
    );
    assert!(over < 0.005);
    // Home attacks towards positive x in the first half and turns about.
    for (period, way) in [(1, Towards::Positive), (2, Towards::Negative)] {
        let of = || frames.iter().filter(|f| f.period == Some(period));
        assert!(of().count() > 16_000);
        assert!(of().all(|f| f.home_attacks == Some(way)));
    }
    // Manuel Neuer keeps the home side's goal.
    let keeper = |period| {
        let xs: Vec<f32> = frames
            .iter()
            .filter(|f| f.period == Some(period))
            .flat_map(|f| f.players.iter())
            .filter(|p| p.side == Some(Side::Home) && p.number == Some(1))
            .map(|p| p.x_m)
            .collect();
        xs.iter().sum::<f32>() / xs.len() as f32
    };
    assert!(keeper(1) < -40.0 && keeper(2) > 40.0);
}

#[test]
fn pff_real() {
    let Some(path) = data("other_formats/pff_10517.jsonl.gz") else {
        return;
    };
    let tracks = pff::read(&unpacked(&path), &Setup::new("pff")).expect("reads");
    let frames = &tracks.frames;
    assert_eq!(
        (frames.len(), tracks.turned, tracks.faults.len()),
        (200, false, 0)
    );
    on_the_ground(frames);
    assert!(deepest_home(&frames[0]) < -35.0);
    let mut periods: Vec<_> = frames.iter().filter_map(|f| f.period).collect();
    periods.dedup();
    assert_eq!(periods, [1, 2, 3, 4]);
    // Each place stands twice: measured at fifteen a second, told at thirty.
    let (players, _) = steps(frames);
    let still = players.iter().filter(|p| p.0 == 0.0).count() as f32 / players.len() as f32;
    println!("PFF: {:.0} % of steps are of no length", 100.0 * still);
    assert!((0.3..0.7).contains(&still), "{still}");
}

#[test]
fn statsbomb_360_real() {
    let (Some(frozen), Some(events)) = (
        data("statsbomb/sb_3788741_360.json.gz"),
        data("statsbomb/sb_3788741_turkey_italy_euro2020.json.gz"),
    ) else {
        return;
    };
    let setup = Setup::new("statsbomb");
    let tracks = statsbomb::read(&unpacked(&frozen), &unpacked(&events), &setup).expect("reads");
    on_the_ground(&tracks.frames);
    println!("StatsBomb 360: {} frames", tracks.frames.len());
    assert!(tracks.frames.len() > 2000, "{}", tracks.frames.len());
    assert_eq!(tracks.faults, []);
    // A side that has the ball far up is far up: the turning about of each event is right.
    let lean = |period: u8| {
        let (mut sum, mut n) = (0.0, 0);
        for f in tracks.frames.iter().filter(|f| f.period == Some(period)) {
            let mean = |side| {
                let of: Vec<f32> = f
                    .players
                    .iter()
                    .filter(|p| p.side == Some(side))
                    .map(|p| p.x_m)
                    .collect();
                (of.len() > 2).then(|| of.iter().sum::<f32>() / of.len() as f32)
            };
            if let (Some(home), Some(away)) = (mean(Side::Home), mean(Side::Away)) {
                sum += away - home;
                n += 1;
            }
        }
        sum / n as f32
    };
    assert!(lean(1) > 1.0 && lean(2) < -1.0, "{} {}", lean(1), lean(2));
}

#[test]
fn metrica_real() {
    for name in [
        "Sample_Game_1_RawEventsData.csv.gz",
        "Sample_Game_2_RawEventsData.csv.gz",
    ] {
        let Some(path) = data(&format!("metrica/{name}")) else {
            return;
        };
        let tracks = metrica::read(&unpacked(&path), &Setup::new("metrica")).expect("reads");
        assert!(
            tracks.frames.len() > 2000 && tracks.faults.is_empty(),
            "{:?}",
            tracks.faults
        );
        on_the_ground(&tracks.frames);
        assert!(tracks.frames.windows(2).all(|t| t[0].at < t[1].at));
    }
}

#[test]
fn metrica_says_which_line_is_wrong() {
    let table = "Team,Type,Subtype,Period,Start Frame,Start Time [s],End Frame,End Time [s],From,To,Start X,Start Y,End X,End Y\n\
                 Home,PASS,,1,10,0.4,30,1.2,A,B,0.5,0.5,0.25,1.0\n\
                 Nobody,PASS,,1,40,1.6,50,2.0,B,C,0.25,1.0,0.2,0.9\n\
                 Away,SHOT,,2,90,x,95,3.8,C,,0.1,0.5,NaN,NaN\n";
    let tracks = metrica::read(table.as_bytes(), &Setup::new("m")).expect("reads");
    let places: Vec<_> = tracks
        .frames
        .iter()
        .map(|f| (f.frame, f.balls[0].x_m, f.balls[0].y_m, f.possession))
        .collect();
    assert_eq!(
        places,
        [
            (Some(10), 0.0, 0.0, Some(Side::Home)),
            (Some(30), -26.25, -34.0, Some(Side::Home))
        ]
    );
    let faults: Vec<_> = tracks
        .faults
        .iter()
        .map(|f| format!("{}: {}", f.place, f.message))
        .collect();
    assert_eq!(
        faults,
        [
            "line 3: Team: \"Nobody\" is neither Home nor Away",
            "line 4: Start Time [s]: \"x\" is no number"
        ]
    );
    let missing =
        metrica::read(b"Team,Type\nHome,PASS\n", &Setup::new("m")).expect_err("no columns");
    assert_eq!(
        (missing.place.as_str(), missing.message.as_str()),
        ("line 1", "no column \"Period\"")
    );
}

#[test]
fn freeze_frames_are_put_on_the_axes() {
    let events = r#"[
        {"id":"e1","index":1,"period":1,"timestamp":"00:00:00.000","team":{"id":7}},
        {"id":"e2","index":2,"period":1,"timestamp":"00:00:01.500","team":{"id":7},"player":{"id":10},"location":[120.0,0.0]},
        {"id":"e3","index":3,"period":2,"timestamp":"00:00:02.000","team":{"id":8},"location":[90.0,40.0]}]"#;
    let frozen = r#"[
        {"event_uuid":"e2","freeze_frame":[{"teammate":true,"actor":true,"keeper":false,"location":[120.0,0.0]},
                                           {"teammate":false,"actor":false,"keeper":true,"location":[60.0,80.0]}]},
        {"event_uuid":"e3","freeze_frame":[]},
        {"event_uuid":"gone","freeze_frame":[]}]"#;
    let tracks =
        statsbomb::read(frozen.as_bytes(), events.as_bytes(), &Setup::new("s")).expect("reads");
    let [first, second] = &tracks.frames[..] else {
        panic!("{:?}", tracks.frames)
    };
    let place = |f: &FrameReport, n: usize| (f.players[n].x_m, f.players[n].y_m, f.players[n].side);
    assert_eq!(place(first, 0), (52.5, 34.0, Some(Side::Home)));
    assert_eq!(&*first.players[0].id, "10");
    assert_eq!(place(first, 1), (0.0, -34.0, Some(Side::Away)));
    assert_eq!(first.at, EventTime(1_500_000));
    // In the second half the visitors attack towards positive x.
    assert_eq!((second.balls[0].x_m, second.balls[0].y_m), (26.25, 0.0));
    assert_eq!(second.home_attacks, Some(Towards::Negative));
    assert_eq!(tracks.faults[0].place, "2.event_uuid");
    let cut = statsbomb::read(
        &frozen.as_bytes()[..50],
        events.as_bytes(),
        &Setup::new("s"),
    );
    assert_eq!(
        cut.expect_err("cut").code,
        matchday_event::FaultCode::Truncated
    );
}

#[test]
fn a_document_of_the_second_half_alone_is_turned_by_its_own_rule() {
    let body = std::fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exemplars/tracab/second_half.json"),
    )
    .expect("reads");
    let tracks = tracab::read(&body, &Setup::new("tracab")).expect("reads");
    // Home stands at negative x in the second half: it attacks towards positive x, which the axes do not have.
    assert!(tracks.turned);
    assert_eq!(tracks.frames[0].home_attacks, Some(Towards::Negative));
    assert!(deepest_home(&tracks.frames[0]) > -1.0);
    let mut again = tracks.frames.clone();
    assert!(!orient(&mut again));
    assert_eq!(again, tracks.frames);
}

#[test]
fn skillcorner_says_what_is_wrong_with_its_files() {
    let setup = Setup::new("s");
    let about =
        br#"{"id":1,"home_team":{"id":2},"away_team":{"id":3},"pitch_length":105,"pitch_width":68,
        "ball":{"trackable_object":55},"players":[]}"#;
    let e = skillcorner::read(b"PAR1 and no more".to_vec().into(), about, &setup)
        .expect_err("no table");
    assert_eq!(
        (e.code, e.place.as_str()),
        (matchday_event::FaultCode::Malformed, "table")
    );
    let e = skillcorner::read(Vec::new().into(), b"{\"id\":1}", &setup).expect_err("no match");
    assert_eq!(e.code, matchday_event::FaultCode::WrongShape);
    assert!(e.message.contains("home_team"), "{e}");
}
