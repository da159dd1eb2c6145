//! Who the teams are: names, abbreviations and colours that feeds leave out.

use std::{collections::HashMap, sync::Arc, sync::OnceLock};

use matchday_event::Team;
use serde::Deserialize;

#[derive(Deserialize)]
struct Table {
    team: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    abbr: Arc<str>,
    name: Arc<str>,
    color: Option<Arc<str>>,
    alt_color: Option<Arc<str>>,
    #[serde(default)]
    also: Vec<Arc<str>>,
}

impl Row {
    fn team(&self) -> Team {
        Team {
            id: self.abbr.clone(),
            abbr: self.abbr.clone(),
            name: self.name.clone(),
            color: self.color.clone(),
            alt_color: self.alt_color.clone(),
        }
    }
}

/// Parses a table that is part of the program. It cannot fail in a build whose tests pass, and an empty table
/// only costs names and colours, so there is no error to hand on.
fn rows(source: &str) -> Vec<Row> {
    toml::from_str::<Table>(source).map_or_else(|_| Vec::new(), |t| t.team)
}

fn nfl_table() -> &'static HashMap<Arc<str>, Team> {
    static TABLE: OnceLock<HashMap<Arc<str>, Team>> = OnceLock::new();
    TABLE.get_or_init(|| by_abbr(include_str!("nfl.toml")))
}

fn nba_table() -> &'static HashMap<Arc<str>, Team> {
    static TABLE: OnceLock<HashMap<Arc<str>, Team>> = OnceLock::new();
    TABLE.get_or_init(|| by_abbr(include_str!("nba.toml")))
}

fn by_abbr(source: &str) -> HashMap<Arc<str>, Team> {
    let mut table = HashMap::new();
    for row in rows(source) {
        for key in row.also.iter().chain([&row.abbr]) {
            table.insert(key.clone(), row.team());
        }
    }
    table
}

fn ncaaf_table() -> &'static HashMap<Arc<str>, Team> {
    static TABLE: OnceLock<HashMap<Arc<str>, Team>> = OnceLock::new();
    TABLE.get_or_init(|| {
        rows(include_str!("ncaaf.toml"))
            .into_iter()
            .map(|row| (row.name.clone(), row.team()))
            .collect()
    })
}

/// An NFL club by any abbreviation a feed uses for it. The `id` stays the feed's own key.
pub fn nfl(abbr: &str) -> Team {
    club(nfl_table(), abbr)
}

/// An NBA club by the abbreviation feeds use for it.
pub fn nba(abbr: &str) -> Team {
    club(nba_table(), abbr)
}

fn club(table: &HashMap<Arc<str>, Team>, abbr: &str) -> Team {
    match table.get(abbr) {
        Some(team) => Team {
            id: abbr.into(),
            ..team.clone()
        },
        None => Team {
            id: abbr.into(),
            abbr: abbr.into(),
            name: abbr.into(),
            color: None,
            alt_color: None,
        },
    }
}

/// A college team by the name a feed gives it.
pub fn ncaaf(name: &str) -> Team {
    match ncaaf_table().get(name) {
        Some(team) => Team {
            id: name.into(),
            ..team.clone()
        },
        None => Team {
            id: name.into(),
            abbr: abbreviate(name).into(),
            name: name.into(),
            color: None,
            alt_color: None,
        },
    }
}

/// A team of either league.
pub fn team(league: &str, key: &str) -> Team {
    if league == "nfl" {
        nfl(key)
    } else {
        ncaaf(key)
    }
}

/// Three or four letters out of a name: the initials of three words and more, otherwise the first four letters.
pub fn abbreviate(name: &str) -> String {
    let words: Vec<&str> = name
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|w| !w.is_empty())
        .collect();
    let letters: String = match words.as_slice() {
        [] => name.chars().take(4).collect(),
        [one] => one
            .chars()
            .filter(|c| c.is_alphanumeric())
            .take(4)
            .collect(),
        [first, second] => first
            .chars()
            .filter(|c| c.is_alphanumeric())
            .take(2)
            .chain(second.chars().take(2))
            .collect(),
        more => more
            .iter()
            .take(4)
            .filter_map(|w| w.chars().next())
            .collect(),
    };
    letters.to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_club_has_a_name_and_two_colours() {
        let rows = rows(include_str!("nfl.toml"));
        assert_eq!(
            rows.len(),
            32 + 3 + 2,
            "32 clubs, 3 former ones, 2 conferences"
        );
        for row in rows.iter().chain(&super::rows(include_str!("ncaaf.toml"))) {
            for color in [&row.color, &row.alt_color] {
                let color = color.as_ref().expect(&row.name);
                assert!(color.len() == 7 && color.starts_with('#'), "{}", row.name);
            }
            assert!((2..=4).contains(&row.abbr.len()), "{}", row.abbr);
        }
    }

    #[test]
    fn former_abbreviations() {
        assert_eq!(&*nfl("JAC").name, "Jacksonville Jaguars");
        assert_eq!(&*nfl("JAC").id, "JAC");
        assert_eq!(&*nfl("SD").name, "San Diego Chargers");
        assert_eq!(&*nfl("XYZ").name, "XYZ");
    }

    #[test]
    fn abbreviations_of_unknown_names() {
        assert_eq!(abbreviate("Akron"), "AKRO");
        assert_eq!(abbreviate("Western Illinois"), "WEIL");
        assert_eq!(abbreviate("Long Island University"), "LIU");
        assert_eq!(abbreviate("Hawai'i"), "HAWA");
    }
}
