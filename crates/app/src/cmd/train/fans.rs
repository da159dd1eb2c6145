//! Files of plays with the time of day, and of what fans wrote.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{BufReader, Read},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail, ensure};
use csv::StringRecord;
use flate2::read::MultiGzDecoder;
use matchday_learn::{
    basketball,
    momentum::{
        Model,
        fans::{FanGame, FanPlay},
    },
};

/// A momentum model from a file.
pub fn model(path: &Path) -> anyhow::Result<Model> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Model::from_json(&text).with_context(|| path.display().to_string())
}

/// Reads files of plays and of comments; games by name. `home` and `away` name the columns of points.
pub fn read(files: &[PathBuf], home: &str, away: &str) -> anyhow::Result<Vec<FanGame>> {
    let mut games: BTreeMap<String, FanGame> = BTreeMap::new();
    for path in files {
        read_file(path, (home, away), &mut games).with_context(|| path.display().to_string())?;
    }
    Ok(games
        .into_iter()
        .map(|(name, game)| FanGame { name, ..game })
        .collect())
}

struct Columns {
    names: StringRecord,
}

impl Columns {
    fn find(&self, names: &[&str]) -> Option<usize> {
        names
            .iter()
            .find_map(|name| self.names.iter().position(|n| n == *name))
    }

    /// The start of a span of comments: `t`, or `t` and a number of seconds.
    fn span(&self) -> Option<usize> {
        self.names.iter().position(|n| {
            n.strip_prefix('t')
                .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
        })
    }
}

fn read_file(
    path: &Path,
    points: (&str, &str),
    games: &mut BTreeMap<String, FanGame>,
) -> anyhow::Result<()> {
    let file = File::open(path).context("cannot read the file")?;
    let file: Box<dyn Read> = if path.extension().is_some_and(|e| e == "gz") {
        Box::new(MultiGzDecoder::new(BufReader::new(file)))
    } else {
        Box::new(BufReader::new(file))
    };
    let mut reader = csv::Reader::from_reader(file);
    let columns = Columns {
        names: reader.headers()?.clone(),
    };
    let folder = path
        .parent()
        .and_then(Path::file_name)
        .map_or_else(|| "game".to_owned(), |n| n.to_string_lossy().into_owned());
    let game = columns.find(&["game"]);
    let name = |row: &StringRecord| match game {
        Some(i) => row.get(i).unwrap_or_default().to_owned(),
        None => folder.clone(),
    };
    let comments = columns.span().zip(columns.find(&["n"]));
    if let Some((time, n)) = comments {
        for (line, row) in reader.records().enumerate() {
            let row = row?;
            let at_s = number(&row, time).with_context(|| place(line, &columns, time))?;
            let n = number(&row, n).with_context(|| place(line, &columns, n))?;
            let game = games.entry(name(&row)).or_default();
            game.comments.push((at_s.floor() as i64, n));
        }
        return Ok(());
    }
    let Some(time) = columns.find(&["utc", "epoch", "at"]) else {
        bail!(
            "it has neither a time of plays (utc, epoch or at) nor spans of comments (t5, t10 … and n); \
its columns are {}",
            columns.names.iter().collect::<Vec<_>>().join(", ")
        );
    };
    let (home, away) = points;
    let scored = columns.find(&[home]).is_some() && columns.find(&[away]).is_some();
    ensure!(
        scored || columns.find(&["home_win_prob", "wp_home"]).is_some(),
        "its plays have neither a win probability (home_win_prob or wp_home) nor scores in columns {home} and {away}; \
say with --home and --away what these are called; its columns are {}",
        columns.names.iter().collect::<Vec<_>>().join(", ")
    );
    let mut rows: BTreeMap<String, Vec<Line>> = BTreeMap::new();
    for (line, row) in reader.records().enumerate() {
        let row = row?;
        let at_s = number(&row, time).with_context(|| place(line, &columns, time))?;
        let line = Line::read(&columns, &row, at_s.floor() as i64, points);
        rows.entry(name(&row)).or_default().push(line);
    }
    for (name, lines) in rows {
        games.entry(name.clone()).or_default().plays =
            plays(lines).with_context(|| format!("game {name}"))?;
    }
    Ok(())
}

fn place(line: usize, columns: &Columns, column: usize) -> String {
    let name = columns.names.get(column).unwrap_or_default();
    // The line of names is the first, and people count from one.
    format!("line {}, column {name}", line + 2)
}

fn number(row: &StringRecord, column: usize) -> anyhow::Result<f64> {
    let text = row.get(column).unwrap_or_default();
    let number: f64 = text
        .parse()
        .with_context(|| format!("{text:?} is not a number"))?;
    ensure!(number.is_finite(), "{text:?} is not a number");
    Ok(number)
}

/// A play as its line has it.
struct Line {
    at_s: i64,
    wp_home: Option<f64>,
    period: Option<u8>,
    clock_s: Option<f64>,
    points: Option<(f64, f64)>,
    /// The periods are counted by the clock's jumps.
    counted: bool,
}

impl Line {
    fn read(columns: &Columns, row: &StringRecord, at_s: i64, points: (&str, &str)) -> Self {
        let get = |names: &[&str]| columns.find(names).and_then(|i| number(row, i).ok());
        let mut line = Self {
            at_s,
            wp_home: get(&["home_win_prob", "wp_home"]).filter(|p| (0.0..=1.0).contains(p)),
            period: get(&["period"]).map(|p| p.clamp(0.0, 99.0) as u8),
            clock_s: get(&["clock_s"]),
            points: get(&[points.0]).zip(get(&[points.1])),
            counted: false,
        };
        if line.clock_s.is_none()
            && let Some(id) = columns.find(&["play_id"]).and_then(|i| row.get(i))
            && let Some((period, clock_s)) = espn_clock(id)
        {
            (line.period, line.clock_s) = (Some(period), Some(clock_s));
        }
        if line.clock_s.is_none()
            && let Some(text) = columns.find(&["Description"]).and_then(|i| row.get(i))
        {
            line.clock_s = bracketed_clock(text);
            line.counted = true;
        }
        line
    }
}

/// ESPN numbers a play by the game (nine digits), 100 plus the period, 9999 less minutes and seconds on the clock, and a
/// count.
fn espn_clock(id: &str) -> Option<(u8, f64)> {
    ensure_digits(id)?;
    let period: u8 = id.get(10..12)?.parse().ok()?;
    let clock = 9999_u32.checked_sub(id.get(12..16)?.parse().ok()?)?;
    let (minutes, seconds) = (clock / 100, clock % 100);
    (id.len() == 18 && minutes <= 15 && seconds < 60)
        .then(|| (period, f64::from(minutes * 60 + seconds)))
}

fn ensure_digits(id: &str) -> Option<()> {
    id.bytes().all(|b| b.is_ascii_digit()).then_some(())
}

/// `(11:39)[CLE] …`: 699.
fn bracketed_clock(text: &str) -> Option<f64> {
    let (clock, _) = text.strip_prefix('(')?.split_once(')')?;
    let (minutes, seconds) = clock.split_once(':')?;
    Some(minutes.parse::<f64>().ok()? * 60.0 + seconds.parse::<f64>().ok()?)
}

/// A period of this many seconds, four of them, by the longest clock that the game shows.
const FOOTBALL_S: f64 = 900.0;
const BASKETBALL_S: f64 = 720.0;

fn plays(mut lines: Vec<Line>) -> anyhow::Result<Vec<FanPlay>> {
    lines.sort_by_key(|l| l.at_s);
    let longest = lines.iter().filter_map(|l| l.clock_s).fold(0.0, f64::max);
    let period_s = if longest > BASKETBALL_S {
        FOOTBALL_S
    } else {
        BASKETBALL_S
    };
    let (mut period, mut clock_s, mut points) = (1_u8, period_s, (0.0, 0.0));
    let basketball = basketball::Model::builtin();
    let mut out = Vec::with_capacity(lines.len());
    let mut last_wp = 0.5;
    for line in lines {
        if let Some(clock) = line.clock_s {
            if line.counted && clock > clock_s + 120.0 {
                period = period.saturating_add(1);
            }
            clock_s = clock;
        }
        period = line.period.unwrap_or(period);
        points = line.points.unwrap_or(points);
        let whole = f64::from(4 - period.clamp(1, 4));
        let left_s = if period > 4 {
            0.0
        } else {
            whole * period_s + clock_s.min(period_s)
        };
        let wp_home = match line.wp_home {
            Some(wp) => wp,
            None if line.points.is_some() || points != (0.0, 0.0) || last_wp == 0.5 => basketball
                .home_wp(&basketball::Moment {
                    left_s: if period > 4 { clock_s } else { left_s },
                    of_s: 4.0 * period_s,
                    lead: points.0 - points.1,
                    ball: 0.0,
                    spread_home: None,
                    neutral: false,
                }),
            None => last_wp,
        };
        last_wp = wp_home;
        out.push(FanPlay {
            at_s: line.at_s,
            wp_home,
            left: left_s / (4.0 * period_s),
        });
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_read_from_ids_and_sentences() {
        assert_eq!(espn_clock("401520300101854401"), Some((1, 895.0)));
        assert_eq!(espn_clock("401524056104999904"), Some((4, 0.0)));
        assert_eq!(espn_clock("0"), None);
        assert_eq!(espn_clock("4015203001018x4401"), None);
        assert_eq!(bracketed_clock("(11:39)[CLE] Smith: Missed"), Some(699.0));
        assert_eq!(bracketed_clock("(0:04.7) Timeout"), Some(4.7));
        assert_eq!(bracketed_clock("Timeout"), None);
    }

    #[test]
    fn files_are_told_apart_by_their_columns() {
        let dir = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            let path = dir.path().join(name);
            fs::write(&path, text).expect("written");
            path
        };
        let plays = write(
            "plays.csv",
            "game,utc,home_win_prob,period,clock_s\na_b,1000,0.5,1,900\na_b,1040,0.6,4,0\n",
        );
        let comments = write("said.csv", "t10,n,game\n1010,3,a_b\n1020,4,a_b\n");
        let games = read(&[comments, plays], "home", "away").expect("games");
        assert_eq!(games.len(), 1);
        assert_eq!(games[0].name, "a_b");
        assert_eq!(games[0].comments, [(1010, 3.0), (1020, 4.0)]);
        let of = |at_s, wp_home, left| FanPlay {
            at_s,
            wp_home,
            left,
        };
        assert_eq!(games[0].plays, [of(1000, 0.5, 1.0), of(1040, 0.6, 0.0)]);
        let neither = write("neither.csv", "a,b\n1,2\n");
        let error = format!(
            "{:#}",
            read(&[neither], "home", "away").expect_err("refused")
        );
        assert!(error.contains("neither a time of plays"), "{error}");
        let scoreless = write("scoreless.csv", "utc,gsw,cle\n1000,2,0\n");
        let error = format!(
            "{:#}",
            read(std::slice::from_ref(&scoreless), "home", "away").expect_err("refused")
        );
        assert!(error.contains("--home and --away"), "{error}");
        assert!(read(&[scoreless], "gsw", "cle").is_ok());
        let bad = write("bad.csv", "t10,n\n1010,many\n");
        let error = format!("{:#}", read(&[bad], "home", "away").expect_err("refused"));
        assert!(
            error.contains("line 2, column n") && error.contains("\"many\""),
            "{error}"
        );
    }
}
