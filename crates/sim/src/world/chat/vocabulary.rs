//! What fans write, by feeling and language. Written for the simulator on its own, as whole messages that people post
//! under matches, and not from the chat model's table of meanings; words that everybody uses stand in both.
//!
//! `{p}` is a player, `{t}` a team, `{+}` stretches the letter before it.

/// A language of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Language {
    /// Its code.
    pub code: &'static str,
    /// Of a hundred fans, how many write in it.
    pub percent: usize,
    pub joy: &'static [&'static str],
    pub rage: &'static [&'static str],
    pub surprise: &'static [&'static str],
    pub neutral: &'static [&'static str],
}

/// Languages, the commonest first.
pub const LANGUAGES: &[Language] = &[ENGLISH, SPANISH, PORTUGUESE, FRENCH, GERMAN];

const ENGLISH: Language = Language {
    code: "en",
    percent: 68,
    joy: &[
        "YE{+}S {p}",
        "what a finish by {p}, so happy right now",
        "I love this team",
        "get i{+}n",
        "{p} is a legend, thank you",
        "best game I have watched in years",
        "lets go{+} {t}",
        "that was beautiful",
        "my dad is dancing in the living room haha",
        "so proud of these boys",
        "{p} you beauty",
        "haha{+} they can't handle {p}",
        "brilliant from {p}, absolutely brilliant",
        "COME ON {t}!!!",
        "amazing scenes, love it",
        "lmao{+} look at their bench",
        "great play {t}",
        "I am crying with joy, thank you {p}",
        "hahaha brilliant",
        "what a team, what a night, love you all",
        "GOA{+}T",
        "well played, that was fun to watch",
    ],
    rage: &[
        "are you kidding me ref, that is a joke",
        "this referee is a disgrace",
        "sell {p}, he is useless",
        "I hate this so much",
        "absolute garbage defending",
        "WTF is {p} doing",
        "we were robbed again",
        "pathetic, just pathetic",
        "get him off the pitch, he's terrible",
        "worst officiating I have ever seen",
        "fuck this",
        "stupid, stupid play",
        "how do you even miss that, you idiot",
        "I am so angry right now",
        "{t} are cheats, plain and simple",
        "disgusting dive",
        "every week the same shit",
        "fire the coach already",
        "booo{+}",
        "this is embarrassing, turn it off",
        "shut up and play, clowns",
        "I'm so sick of this awful team",
    ],
    surprise: &[
        "omg{+}",
        "WHAT just happened",
        "wow I did not see that coming",
        "no wa{+}y",
        "I can't believe it, wow",
        "how did that go in?!?!",
        "wait WHAT",
        "holy moly",
        "oh my god {p}",
        "did anyone expect that?! wow",
        "unreal, I am speechless",
        "whoa{+}",
        "that came out of nowhere, omg",
        "I'm shocked",
        "my jaw is on the floor",
        "nobody expected this, unbelievable",
        "WO{+}W",
        "what??? how???",
    ],
    neutral: &[
        "what's the score?",
        "is {p} playing today",
        "which channel is this on",
        "how long is left",
        "corner for {t}",
        "first time here, where is everyone watching from",
        "{t} in the blue shirts right?",
        "who is number 8",
        "my stream is 20 seconds behind",
        "they usually press higher than this",
        "{p} has the ball",
        "second half starts in ten minutes",
        "anyone know the line-ups",
        "he played for another club last season",
        "throw-in on the left",
        "brb getting a drink",
        "what time does the next one start",
        "watching from the office",
        "is it raining there",
        "is there a replay of the first half somewhere",
        "my ankle hurts from football on tuesday",
        "they changed the formation",
        "sub coming on for {t}",
        "{t} kick from left to right",
    ],
};

const SPANISH: Language = Language {
    code: "es",
    percent: 14,
    joy: &[
        "GO{+}L",
        "vamos {t} carajo",
        "qué golazo de {p}",
        "jajaja{+}",
        "te amo {p}",
        "qué grande {p}",
        "vamo{+}s!!!",
    ],
    rage: &[
        "árbitro ladrón",
        "qué asco de partido",
        "hijo de puta el árbitro",
        "son unos ladrones",
        "qué vergüenza {t}",
        "{p} sos malísimo",
    ],
    surprise: &[
        "nooo{+} increíble",
        "no lo puedo creer, increíble",
        "guau qué fue eso",
        "increíble lo de {p}",
    ],
    neutral: &[
        "cuánto va",
        "a qué hora empieza el segundo tiempo",
        "saludos desde el trabajo",
        "en qué canal lo pasan",
        "quién es el 8",
    ],
};

const PORTUGUESE: Language = Language {
    code: "pt",
    percent: 8,
    joy: &[
        "GO{+}L do {p}",
        "kkkkk{+}",
        "que golaço",
        "vamo{+} {t}",
        "amo esse time",
        "craque demais o {p}",
    ],
    rage: &[
        "juiz ladrão",
        "que merda é essa",
        "time lixo",
        "vergonha {t}",
        "vai tomar no cu {p}, que burro",
    ],
    surprise: &[
        "caraca{+}",
        "nossa que isso",
        "inacreditável, incrível",
        "eita {p}",
    ],
    neutral: &[
        "quanto tá o jogo",
        "que horas começa",
        "quem é o 8",
        "boa noite pessoal",
    ],
};

const FRENCH: Language = Language {
    code: "fr",
    percent: 6,
    joy: &[
        "BU{+}T",
        "allez {t} !!!",
        "mdr{+}",
        "quel but magnifique de {p}",
        "merci {p}, je t'adore",
    ],
    rage: &[
        "arbitre vendu, c'est une honte",
        "putain mais quel nul ce {p}",
        "dégage",
        "c'est de la merde",
    ],
    surprise: &["incroyable", "ouah{+}", "mais comment, incroyable"],
    neutral: &[
        "c'est quoi le score",
        "il reste combien de temps",
        "bonsoir tout le monde",
    ],
};

const GERMAN: Language = Language {
    code: "de",
    percent: 4,
    joy: &[
        "TO{+}R",
        "geil{+}",
        "super gemacht {p}",
        "was für ein tolles Spiel",
    ],
    rage: &[
        "scheiß Schiri",
        "so ein Mist",
        "das ist doch Betrug",
        "peinlich {t}",
    ],
    surprise: &["unglaublich", "krass{+}", "Wahnsinn, unglaublich"],
    neutral: &[
        "wie steht es",
        "wann geht es weiter",
        "hallo zusammen",
        "wer ist die 8",
    ],
};

/// Emotes by feeling, as channels of a streaming platform have them.
pub const EMOTES: [&[&str]; 4] = [
    &[
        "PogChamp",
        "LUL",
        "KEKW",
        "POGGERS",
        "OMEGALUL",
        "FeelsGoodMan",
        "Clap",
        "EZ",
        "HYPERS",
        "catJAM",
        "SeemsGood",
        "LETSGO",
        "peepoClap",
    ],
    &[
        "BabyRage",
        "SwiftRage",
        "DansGame",
        "NotLikeThis",
        "FailFish",
        "WeirdChamp",
        "PJSalt",
        "Madge",
        "FeelsWeirdMan",
    ],
    &["NOWAY", "WutFace", "HUH", "monkaS", "GASP"],
    &["Kappa", "modCheck", "Stare", "Hmm", "HeyGuys"],
];

/// Pictographs by feeling.
pub const EMOJI: [&[&str]; 4] = [
    &["🔥", "😂", "❤️", "🎉", "👏🏽", "🙌", "💪🏿", "🥳", "🏆"],
    &["😡", "🤬", "👎", "🤮", "🤡", "😤"],
    &["😱", "🤯", "😮", "😲", "😳"],
    &["🤔", "📺", "⚽", "👋🏻"],
];

/// Faces made of marks, by feeling.
pub const FACES: [&[&str]; 4] = [&[":D", "xD", ":)", "<3"], &[">:("], &[":O", "O_O"], &[":|"]];

/// What a room of one mind shouts, by feeling: short, whatever the language. Of neutral there is nothing to shout.
pub const SHOUTS: [&[&str]; 3] = [
    &[
        "YE{+}S",
        "LETS GO{+}",
        "get in",
        "haha{+}",
        "love it",
        "so good",
        "amazing",
        "beautiful",
        "what a shot",
        "🔥🔥🔥",
        "🎉🎉",
        "🙌🙌",
        "PogChamp PogChamp",
        "LETSGO",
        "I love this team",
        "best team ever",
    ],
    &[
        "booo{+}",
        "WTF",
        "terrible",
        "you idiot",
        "pathetic",
        "garbage",
        "so bad",
        "I hate this",
        "worst ever",
        "disgrace",
        "so angry",
        "are you kidding me",
        "useless",
        "😡😡",
        "🤬🤬🤬",
        "BabyRage",
    ],
    &[
        "omg{+}",
        "WO{+}W",
        "WHAT",
        "no wa{+}y",
        "oh my god",
        "wait WHAT",
        "whoa{+}",
        "omg omg omg",
        "I can't believe it",
        "no words",
        "wow just wow",
        "speechless",
        "shocked",
        "😱😱",
        "🤯🤯🤯",
        "NOWAY",
    ],
];

/// What stands behind a shout.
pub const SIGNS: [&[&str]; 3] = [
    &["🔥", "🎉", "🙌", "🥳", "💪🏿", "😂"],
    &["😡", "🤬", "👎", "😤"],
    &["😱", "🤯", "😮", "😲"],
];

/// Praise that is not meant; an ironic emote may stand behind it.
pub const SARCASM: &[&str] = &[
    "great job ref, really top work",
    "oh brilliant, another perfect back pass",
    "wonderful defending {t}, world class",
    "nice one {p}, super helpful",
];

/// What people write when something is to be seen again.
pub const KEYWORDS: &[(&str, &[&str])] = &[
    (
        "ankle",
        &[
            "HE BROKE HIS ANKLE{+}S",
            "ankles gone",
            "rip his ankle",
            "{p} with the ankle breaker",
            "someone find his ankles",
        ],
    ),
    (
        "slow-mo",
        &[
            "slow-mo please",
            "show the slow motion",
            "we need a replay of that",
            "slowmo{+}",
            "replay!!!",
        ],
    ),
];

/// What is posted again and again.
pub const ADVERTS: &[&str] = &[
    "cheap tickets and shirts at my page, click the link in my profile now",
    "free streams in HD without ads, see my bio for the link",
    "who wants to join my prediction group, winners every single day",
];

/// Texts that many paste at once.
pub const PASTES: &[&str] = &[
    "I am not saying that the moon is made of cheese but has anyone here ever seen it next to a cow on a plate at noon",
    "dear league, please give every fan one small duck for every corner, for a duck never leaves early and never boos",
];
