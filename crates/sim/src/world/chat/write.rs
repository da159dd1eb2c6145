//! One message: who writes, in which language, and how it is typed.

use std::sync::Arc;

use matchday_event::{Side, senses::Emotion};

use super::{
    MessageTruth, Room,
    vocabulary::{
        ADVERTS, EMOJI, EMOTES, FACES, KEYWORDS, LANGUAGES, Language, PASTES, SARCASM, SHOUTS,
        SIGNS,
    },
};
use crate::{
    Rng,
    world::{Happening, Script},
};

/// Someone in a room.
#[derive(Debug, Clone, Copy)]
pub struct Fan {
    author: u64,
    /// Whose fan.
    pub side: Option<Side>,
    language: &'static Language,
}

/// A message as it was written.
#[derive(Debug)]
pub struct Said {
    /// Who.
    pub author: u64,
    /// What.
    pub text: String,
    /// Emotes in it that the platform marks.
    pub emotes: Vec<Arc<str>>,
    /// The truth about it.
    pub truth: MessageTruth,
}

/// Knows who plays.
#[derive(Debug)]
pub struct Writer {
    players: Vec<Arc<str>>,
    teams: Vec<Arc<str>>,
    emotes: Vec<Vec<Arc<str>>>,
}

impl Writer {
    /// For this match.
    pub fn new(script: &Script) -> Self {
        let clubs = [&script.home, &script.away];
        let surname = |name: &Arc<str>| name.rsplit(' ').next().unwrap_or(name).into();
        let players = clubs.iter().flat_map(|c| &c.players);
        let mut players: Vec<Arc<str>> = players.map(|p| surname(&p.name)).collect();
        if players.is_empty() {
            players.push("the keeper".into());
        }
        Self {
            players,
            teams: clubs.iter().map(|c| c.name.clone()).collect(),
            emotes: EMOTES
                .iter()
                .map(|names| names.iter().map(|n| Arc::from(*n)).collect())
                .collect(),
        }
    }

    /// The same person is the same fan throughout. Few are in the other side's room.
    pub fn fan(&self, person: u64, room: &Room) -> Fan {
        let mut own = Rng::new(person, &room.name);
        let author = own.next_u64();
        let side = match room.supports {
            Some(side) if own.chance(0.9) => Some(side),
            Some(side) => Some(side.other()),
            None => [Some(Side::Home), Some(Side::Away), None][own.below(3)],
        };
        let mut percent = own.below(100);
        let language = LANGUAGES.iter().find(|l| {
            let found = percent < l.percent;
            percent = percent.saturating_sub(l.percent);
            found
        });
        Fan {
            author,
            side,
            language: language.unwrap_or(&LANGUAGES[0]),
        }
    }

    /// The same person as [`Writer::fan`] gives, who is with this side if with one.
    pub fn fan_of(&self, person: u64, room: &Room, side: Option<Side>) -> Fan {
        let fan = self.fan(person, room);
        Fan {
            side: side.or(fan.side),
            ..fan
        }
    }

    /// Talk while nothing happens.
    pub fn idle(&self, rng: &mut Rng, fan: Fan) -> Said {
        let emotion = match rng.below(20) {
            0..=1 => Emotion::Joy,
            2 => Emotion::Rage,
            _ => Emotion::Neutral,
        };
        self.say(rng, fan, None, emotion)
    }

    /// An answer to what happened.
    pub fn answer(
        &self,
        rng: &mut Rng,
        fan: Fan,
        happening: &Happening,
        emotion: Emotion,
        sarcastic: bool,
    ) -> Said {
        if !sarcastic {
            return self.say(rng, fan, Some(happening), emotion);
        }
        let text = choose(rng, SARCASM);
        let mut said = self.plain(rng, fan, text, Some(happening));
        if rng.chance(0.6) {
            said.text += " Kappa";
            said.emotes.push("Kappa".into());
        }
        said.truth.emotion = emotion;
        said.truth.sarcastic = true;
        said
    }

    /// What everybody shouts, most of it with a sign behind it; where there is nothing to shout, an answer like any other.
    pub fn shout(&self, rng: &mut Rng, fan: Fan, happening: &Happening, emotion: Emotion) -> Said {
        let Some(shouts) = SHOUTS.get(emotion.index()) else {
            return self.answer(rng, fan, happening, emotion, false);
        };
        let text = choose(rng, shouts);
        let mut said = self.plain(rng, fan, text, Some(happening));
        if rng.chance(0.95) {
            let sign = choose(rng, SIGNS[emotion.index()]).repeat(1 + rng.below(4));
            said.text = format!("{} {sign}", said.text);
        }
        said.truth.emotion = emotion;
        said
    }

    /// About a group of keywords.
    pub fn keyword(&self, rng: &mut Rng, fan: Fan, group: &'static str) -> Said {
        let found = KEYWORDS.iter().find(|(name, _)| *name == group);
        let texts = found.map_or(&["replay"][..], |(_, texts)| texts);
        let text = choose(rng, texts);
        let mut said = self.plain(rng, fan, text, None);
        said.truth.keyword = Some(group);
        said
    }

    /// An advert by one of three accounts, or a text that many paste in the same minute.
    pub fn spam(&self, rng: &mut Rng, at_ms: u64, people: u64) -> Said {
        let minute = at_ms / 60_000;
        let (author, text) = if rng.chance(0.5) {
            let account = rng.below(ADVERTS.len());
            (u64::MAX - account as u64, ADVERTS[account])
        } else {
            let paste = PASTES[(minute % PASTES.len() as u64) as usize];
            (rng.next_u64() % people.max(1), paste)
        };
        Said {
            author,
            text: text.to_owned(),
            emotes: Vec::new(),
            truth: MessageTruth {
                emotion: Emotion::Neutral,
                spam: true,
                sarcastic: false,
                language: "en",
                keyword: None,
                answers: None,
            },
        }
    }

    fn say(
        &self,
        rng: &mut Rng,
        fan: Fan,
        happening: Option<&Happening>,
        emotion: Emotion,
    ) -> Said {
        let k = emotion.index();
        let language = fan.language;
        let texts = match emotion {
            Emotion::Joy => language.joy,
            Emotion::Rage => language.rage,
            Emotion::Surprise => language.surprise,
            Emotion::Neutral => language.neutral,
        };
        let text = choose(rng, texts);
        let mut said = self.plain(rng, fan, text, happening);
        said.truth.emotion = emotion;
        // Calm people write words; the others draw.
        let drawn = if emotion == Emotion::Neutral { 12 } else { 3 };
        match rng.below(drawn) {
            0 => {
                let emote = self.emotes[k][rng.below(self.emotes[k].len())].clone();
                let alone = rng.chance(0.6);
                let times = 1 + rng.below(4);
                let drawn = vec![&*emote; times].join(" ");
                said.text = match alone {
                    true => drawn,
                    false => format!("{} {drawn}", said.text),
                };
                // Some platforms mark their emotes, some do not.
                if rng.chance(0.5) {
                    said.emotes = vec![emote; times];
                }
            }
            1 => {
                let sign = match rng.chance(0.8) {
                    true => choose(rng, EMOJI[k]).repeat(1 + rng.below(3)),
                    false => choose(rng, FACES[k]).to_owned(),
                };
                said.text = match rng.chance(0.4) {
                    true => sign,
                    false => format!("{} {sign}", said.text),
                };
            }
            _ => {}
        }
        said
    }

    fn plain(
        &self,
        rng: &mut Rng,
        fan: Fan,
        template: &str,
        happening: Option<&Happening>,
    ) -> Said {
        let star = happening.and_then(|h| h.player.as_ref());
        let player = match star {
            Some(player) => player.name.rsplit(' ').next().unwrap_or("").to_owned(),
            None => self.players[rng.below(self.players.len())].to_string(),
        };
        let team = match fan.side {
            Some(Side::Away) => &self.teams[1],
            _ => &self.teams[0],
        };
        let mut text = template.replace("{p}", &player).replace("{t}", team);
        while let Some(at) = text.find("{+}") {
            let letter = text[..at].chars().last().unwrap_or('o');
            let more = letter.to_string().repeat(rng.below(7));
            text.replace_range(at..at + 3, &more);
        }
        if rng.chance(0.12) {
            text = text.to_uppercase();
        } else if rng.chance(0.3) {
            text = text.to_lowercase();
        }
        if rng.chance(0.1) {
            text += "!".repeat(1 + rng.below(4)).as_str();
        }
        Said {
            author: fan.author,
            text,
            emotes: Vec::new(),
            truth: MessageTruth {
                emotion: Emotion::Neutral,
                spam: false,
                sarcastic: false,
                language: fan.language.code,
                keyword: None,
                answers: None,
            },
        }
    }
}

fn choose(rng: &mut Rng, list: &[&'static str]) -> &'static str {
    list[rng.below(list.len())]
}
