//! Clubs and people of the world. They are made up, so that nothing the world says is said of anyone real.

use std::sync::Arc;

use matchday_event::Sport;

use super::{Club, Player};
use crate::Rng;

const PLACES: &[&str] = &[
    "Alderport",
    "Brackwater",
    "Castelmar",
    "Dunmoor",
    "Elmsford Bay",
    "Farrowgate",
    "Granvale",
    "Hartsea",
    "Ironbridge Vale",
    "Jasper Hill",
    "Kestrel Point",
    "Larkstead",
    "Montavel",
    "Northolme",
    "Oakhaven",
    "Port Sorrel",
    "Quarrymouth",
    "Ravensholt",
    "Silvermere",
    "Tarnbrook",
];
const BY_NAME: &[&str] = &[
    "Comets",
    "Harriers",
    "Lanterns",
    "Mariners United",
    "Otters",
    "Pilots",
    "Ramblers",
    "Storks",
    "Tempest",
    "Wolves",
];
const INITIALS: &[u8] = b"ABCDEFGHJKLMNPRSTVWYZ";
const SURNAMES: &[&str] = &[
    "Abara",
    "Achterberg",
    "Balint",
    "Bellweather",
    "Cardoso",
    "Castellan",
    "Dahlin",
    "Dembe",
    "Eastwick",
    "Eriksdal",
    "Falk",
    "Fontanel",
    "Garrick",
    "Grunwald",
    "Halloran",
    "Hidaka",
    "Ibanez",
    "Ivarsson",
    "Jankel",
    "Jorgen",
    "Kalani",
    "Kovar",
    "Lindqvist",
    "Lorimer",
    "Mbeki-Ross",
    "Montoya",
    "Nakahara",
    "Norling",
    "Okafor",
    "Ostrander",
    "Pemberton",
    "Pinheiro",
    "Quist",
    "Radek",
    "Rosario",
    "Sandoval",
    "Stroud",
    "Takeda",
    "Tolliver",
    "Ueda",
    "Vasquin",
    "Verhoef",
    "Wainwright",
    "Whitlock",
    "Yarrow",
    "Yilmaz",
    "Zabala",
    "Zeman",
];

/// Two different clubs, or players of tennis.
pub(super) fn opponents(rng: &mut Rng, sport: Sport) -> [Club; 2] {
    let first = rng.below(PLACES.len());
    let second = (first + 1 + rng.below(PLACES.len() - 1)) % PLACES.len();
    let mut taken = Vec::new();
    [first, second].map(|place| club(rng, sport, PLACES[place], &mut taken))
}

fn club(rng: &mut Rng, sport: Sport, place: &str, taken: &mut Vec<usize>) -> Club {
    let many = match sport {
        Sport::Tennis => 1,
        Sport::Basketball => 9,
        Sport::Soccer => 11,
        Sport::AmericanFootball => 16,
    };
    let players: Vec<Player> = (0..many).map(|i| player(rng, sport, i, taken)).collect();
    let name: Arc<str> = if sport == Sport::Tennis {
        players[0].name.clone()
    } else {
        format!("{place} {}", BY_NAME[rng.below(BY_NAME.len())]).into()
    };
    let letters = if sport == Sport::Tennis {
        name.rsplit(' ').next().unwrap_or_default()
    } else {
        place
    };
    let abbr: String = letters
        .chars()
        .filter(char::is_ascii_alphabetic)
        .take(3)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    Club {
        abbr: abbr.into(),
        name,
        players,
    }
}

fn player(rng: &mut Rng, sport: Sport, place: usize, taken: &mut Vec<usize>) -> Player {
    // Nobody shares a name: whoever is named in a chat room is one player.
    let mut surname = rng.below(SURNAMES.len());
    while taken.contains(&surname) {
        surname = (surname + 1) % SURNAMES.len();
    }
    taken.push(surname);
    let initial = char::from(INITIALS[rng.below(INITIALS.len())]);
    let number = match sport {
        Sport::Tennis => 0,
        Sport::Soccer => place + 1,
        _ => place * 5 + 1 + rng.below(5),
    };
    Player {
        number: u8::try_from(number).unwrap_or(0),
        name: format!("{initial}. {}", SURNAMES[surname]).into(),
    }
}
