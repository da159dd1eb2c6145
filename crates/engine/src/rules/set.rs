//! A set of rules: read, checked, compiled, and named by its content.

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

use matchday_event::{
    Sport,
    production::{Action, CAMERA_MODEL, RuleSetId},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use toml::Spanned;

use super::{
    cases::Case,
    check,
    compile::compile,
    expr::{Bool, Ref},
    file::{self, Once, RuleSource, duration_us},
    names::{TOPICS, TopicId, nearest},
    problem::{Lines, Problem},
};

/// Rules of one set.
pub const MAX_RULES: usize = 10_000;
/// The priority of a rule that does not say.
pub const USUAL_PRIORITY: u8 = 50;
/// The least confidence of a rule that does not say.
pub const USUAL_CONFIDENCE: f32 = 0.65;

/// The files of a rule set, by their names, such as `soccer/cameras.toml`: what its id is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sources {
    /// Name and text.
    pub files: BTreeMap<String, String>,
}

impl Sources {
    /// The id: content alone decides it.
    pub fn id(&self) -> RuleSetId {
        let mut hash = Sha256::new();
        for (name, text) in &self.files {
            for part in [name, text] {
                hash.update((part.len() as u64).to_be_bytes());
                hash.update(part.as_bytes());
            }
        }
        digits(hash.finalize().as_slice())
            .parse()
            .expect("sixteen hexadecimal digits were just written")
    }
}

/// The digits of a hash that name what it is of.
pub(super) fn digits(hash: &[u8]) -> String {
    let mut digits = String::with_capacity(RuleSetId::DIGITS);
    for byte in hash.iter().take(RuleSetId::DIGITS / 2) {
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

/// A condition with the topics that it reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// As it was written.
    pub text: Arc<str>,
    /// Compiled.
    pub expr: Bool,
    /// The names it reads, each once.
    pub names: Box<[Ref]>,
    /// The topics that it reads, each once.
    pub topics: Box<[TopicId]>,
}

impl Condition {
    fn new(text: &str, expr: Bool) -> Self {
        let mut names = Vec::new();
        expr.names(&mut |at| names.push(at));
        names.sort_unstable();
        names.dedup();
        let mut topics: Vec<TopicId> = names.iter().map(|n| n.topic).collect();
        topics.dedup();
        Self {
            text: text.into(),
            expr,
            names: names.into(),
            topics: topics.into(),
        }
    }

    /// Whether it reads a topic that is an event.
    pub fn has_event(&self) -> bool {
        self.topics.iter().any(|t| t.get().is_event())
    }
}

/// A compiled rule. Times are in microseconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its name.
    pub id: Arc<str>,
    /// What it is for, in words.
    pub title: Arc<str>,
    /// The file that it stands in, and the line.
    pub place: (Arc<str>, usize),
    /// The sport that it is for; `None` for all.
    pub sport: Option<Sport>,
    /// What must be so.
    pub when: Condition,
    /// Once true it stays so until this is.
    pub until: Option<Condition>,
    /// What must have happened before.
    pub after: Option<Condition>,
    /// How long an event counts.
    pub within_us: Option<i64>,
    /// For how long `when` must hold.
    pub for_us: i64,
    /// From then until it is due.
    pub delay_us: i64,
    /// What makes it due sooner.
    pub sooner: Option<Condition>,
    /// How long what it asks for lasts at most.
    pub lasts_us: Option<i64>,
    /// What ends it sooner.
    pub leave: Option<Condition>,
    /// Whether it ends when the condition no longer holds.
    pub while_true: bool,
    /// How long it is silent once it has fired.
    pub cooldown_us: i64,
    /// How often at most.
    pub once: Option<Once>,
    /// The topic whose sources are looked at one by one.
    pub each: Option<TopicId>,
    /// Facts less sure than this are not seen.
    pub confidence: f32,
    /// The higher one wins.
    pub priority: u8,
    /// What it asks for.
    pub action: Action,
    /// What of it decides what it does: two rules of one print do the same.
    pub print: u64,
}

impl Rule {
    /// Every condition with its name.
    pub fn conditions(&self) -> impl Iterator<Item = (&'static str, &Condition)> {
        [
            ("when", Some(&self.when)),
            ("after", self.after.as_ref()),
            ("until", self.until.as_ref()),
            ("sooner", self.sooner.as_ref()),
            ("leave", self.leave.as_ref()),
        ]
        .into_iter()
        .filter_map(|(name, c)| Some((name, c?)))
    }
}

/// A checked set of rules.
#[derive(Debug, Clone)]
pub struct RuleSet {
    /// Its name.
    pub id: RuleSetId,
    /// Who wrote it, file by file.
    pub authors: Vec<String>,
    /// What this version is about, file by file.
    pub notes: Vec<String>,
    /// The rules, by file and place.
    pub rules: Vec<Rule>,
    /// Their tests.
    pub cases: Vec<Case>,
    /// The files.
    pub sources: Sources,
}

impl RuleSet {
    /// No rules: what facts tell is kept for those that come.
    pub fn none() -> Self {
        let sources = Sources::default();
        Self {
            id: sources.id(),
            authors: Vec::new(),
            notes: Vec::new(),
            rules: Vec::new(),
            cases: Vec::new(),
            sources,
        }
    }

    /// Reads, checks and compiles. Everything that is wrong is told, not the first of it alone.
    pub fn read(sources: Sources) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut set = Self {
            id: sources.id(),
            ..Self::none()
        };
        for (name, text) in &sources.files {
            set.read_file(name, text, &mut problems);
        }
        if set.rules.len() > MAX_RULES {
            let name = sources.files.keys().next().map_or("", String::as_str);
            let message = format!("{} rules, at most {MAX_RULES} are run", set.rules.len());
            problems.push(Lines::new(name, "").problem(0, message, None));
        }
        if problems.is_empty() {
            check::whole_set(&set.rules, &mut problems);
        }
        if problems.is_empty() {
            set.sources = sources;
            Ok(set)
        } else {
            problems.sort();
            Err(problems)
        }
    }

    fn read_file(&mut self, name: &str, text: &str, problems: &mut Vec<Problem>) {
        let source = match file::read(name, text) {
            Ok(source) => source,
            Err(problem) => return problems.push(problem),
        };
        let lines = Lines::new(name, text);
        let sport = match sport_of(name) {
            Ok(sport) => sport,
            Err(folder) => {
                let help = nearest(folder, FOLDERS.iter().map(|(f, _)| *f))
                    .map(|f| format!("did you mean {f}?"))
                    .or_else(|| {
                        Some(
                            "rules lie in american_football, basketball, soccer, tennis or any"
                                .into(),
                        )
                    });
                return problems.push(lines.problem(
                    0,
                    format!("no sport is called {folder}"),
                    help,
                ));
            }
        };
        self.authors.extend(source.author);
        self.notes.extend(source.note);
        for rule in source.rule {
            let start = rule.span().start;
            let source = rule.into_inner();
            let id = source.id.get_ref().clone();
            let mut mine = Vec::new();
            if let Some(before) = self.rules.iter().find(|r| *r.id == *id) {
                let (file, line) = &before.place;
                let message = format!("there is a rule of this name already, in {file}:{line}");
                mine.push(lines.problem(source.id.span().start, message, None));
            }
            let mut reader = RuleReader {
                lines,
                problems: &mut mine,
            };
            let cases = reader.cases(&source);
            if let Some(rule) = reader.rule(&source, name, sport, start) {
                check::one_rule(&rule, &source, lines, &mut mine);
                self.cases.extend(cases);
                self.rules.push(rule);
            }
            for problem in &mut mine {
                problem.rule = Some(id.clone());
            }
            problems.extend(mine);
        }
    }

    /// Whether a rule for this sport could fire on plays, score and clock alone.
    pub fn wakes_on_plays(&self, sport: Sport) -> bool {
        let of_the_game = |t: &TopicId| matches!(t.get().name, "game" | "state" | "play" | "score");
        self.rules
            .iter()
            .filter(|r| r.sport.is_none_or(|s| s == sport))
            .any(|r| r.when.topics.iter().all(of_the_game))
    }

    /// The rule of a name.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|r| *r.id == *id)
    }
}

const FOLDERS: [(&str, Option<Sport>); 5] = [
    ("american_football", Some(Sport::AmericanFootball)),
    ("basketball", Some(Sport::Basketball)),
    ("soccer", Some(Sport::Soccer)),
    ("tennis", Some(Sport::Tennis)),
    ("any", None),
];

/// The sport that a file's rules are for, by its folder.
fn sport_of(name: &str) -> Result<Option<Sport>, &str> {
    let Some((folder, _)) = name.rsplit_once('/') else {
        return Ok(None);
    };
    let folder = folder.rsplit('/').next().unwrap_or(folder);
    FOLDERS
        .iter()
        .find(|(f, _)| *f == folder)
        .map(|(_, sport)| *sport)
        .ok_or(folder)
}

struct RuleReader<'t, 'p> {
    lines: Lines<'t>,
    problems: &'p mut Vec<Problem>,
}

impl RuleReader<'_, '_> {
    fn wrong(&mut self, at: usize, message: impl Into<String>, help: Option<&str>) {
        self.problems
            .push(self.lines.problem(at, message, help.map(str::to_owned)));
    }

    fn condition(&mut self, source: &Spanned<String>) -> Option<Condition> {
        match compile(source.get_ref()) {
            Ok(expr) => Some(Condition::new(source.get_ref(), expr)),
            Err(wrong) => {
                let at = self.lines.inside(source.span().start, wrong.offset);
                self.problems
                    .push(self.lines.problem(at, wrong.message, wrong.help));
                None
            }
        }
    }

    fn optional(&mut self, source: Option<&Spanned<String>>) -> Option<Condition> {
        self.condition(source?)
    }

    fn duration(&mut self, source: Option<&Spanned<String>>) -> Option<i64> {
        let source = source?;
        let us = duration_us(source.get_ref());
        if us.is_none() {
            self.wrong(
                source.span().start,
                format!("{:?} is no duration", source.get_ref()),
                Some("such as \"300ms\", \"1.4s\" or \"3m\", a day at most"),
            );
        }
        us
    }

    fn rule(
        &mut self,
        source: &RuleSource,
        name: &str,
        sport: Option<Sport>,
        start: usize,
    ) -> Option<Rule> {
        let before = self.problems.len();
        let id = source.id.get_ref();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        if id.is_empty() || id.len() > 64 || !id.chars().all(plain) {
            self.wrong(
                source.id.span().start,
                format!("{id:?} cannot name a rule"),
                Some("1 to 64 of a-z, 0-9, - and _"),
            );
        }
        if *id == *CAMERA_MODEL {
            self.wrong(
                source.id.span().start,
                format!("{id:?} is the name of the camera model's proposals"),
                Some("give the rule another name"),
            );
        }
        let when = self.condition(&source.when);
        let (until, after) = (
            self.optional(source.until.as_ref()),
            self.optional(source.after.as_ref()),
        );
        let (sooner, leave) = (
            self.optional(source.sooner.as_ref()),
            self.optional(source.leave.as_ref()),
        );
        let within_us = self.duration(source.within.as_ref());
        let for_us = self.duration(source.for_.as_ref());
        let delay_us = self.duration(source.delay.as_ref());
        let lasts_us = self.duration(source.lasts.as_ref());
        let cooldown_us = self.duration(source.cooldown.as_ref());
        let each = source.each.as_ref().and_then(|each| self.each(each));
        let confidence = source
            .confidence
            .as_ref()
            .map_or(USUAL_CONFIDENCE, |c| *c.get_ref());
        if let Some(c) = &source.confidence
            && !(0.0..=1.0).contains(&confidence)
        {
            self.wrong(
                c.span().start,
                format!("confidence {confidence} is not within 0 and 1"),
                None,
            );
        }
        self.action(&source.action);
        if self.problems.len() > before {
            return None;
        }
        let mut rule = Rule {
            id: id.as_str().into(),
            title: source.title.as_str().into(),
            place: (name.into(), self.lines.place(start).0),
            sport,
            when: when?,
            until,
            after,
            within_us,
            for_us: for_us.unwrap_or(0),
            delay_us: delay_us.unwrap_or(0),
            sooner,
            lasts_us,
            leave,
            while_true: source.while_true,
            cooldown_us: cooldown_us.unwrap_or(0),
            once: source.once,
            each,
            confidence,
            priority: source
                .priority
                .as_ref()
                .map_or(USUAL_PRIORITY, |p| *p.get_ref()),
            action: source.action.get_ref().clone(),
            print: 0,
        };
        rule.print = print(&rule);
        Some(rule)
    }

    fn each(&mut self, each: &Spanned<String>) -> Option<TopicId> {
        let at = each.span().start;
        let Some(topic) = TopicId::of(each.get_ref()) else {
            let near = nearest(each.get_ref(), TOPICS.iter().map(|t| t.name));
            let help = near.map(|n| format!("did you mean {n}?"));
            self.problems.push(self.lines.problem(
                at,
                format!("there is no topic {}", each.get_ref()),
                help,
            ));
            return None;
        };
        if topic.get().key.is_empty() {
            let keyed: Vec<&str> = TOPICS
                .iter()
                .filter(|t| !t.key.is_empty())
                .map(|t| t.name)
                .collect();
            let help = format!("those with several are {}", keyed.join(", "));
            let message = format!(
                "{} has one source, there is no each of it",
                topic.get().name
            );
            self.problems
                .push(self.lines.problem(at, message, Some(help)));
            return None;
        }
        Some(topic)
    }

    fn action(&mut self, action: &Spanned<Action>) {
        let at = action.span().start;
        match action.get_ref() {
            Action::Shot(shot) => {
                if shot.zoom.is_some_and(|z| !(1.0..=10.0).contains(&z)) {
                    self.wrong(
                        at,
                        "a zoom is from 1 to 10",
                        Some("1 shows the picture as it is"),
                    );
                }
                if shot.zoom.is_none() && shot.zoom_within_ms.is_some() {
                    self.wrong(
                        at,
                        "zoom_within_ms without a zoom",
                        Some("say zoom = 1.8 as well"),
                    );
                }
                if shot.fade_ms > 10_000 || shot.zoom_within_ms.is_some_and(|ms| ms > 10_000) {
                    self.wrong(at, "a fade or a zoom takes ten seconds at most", None);
                }
            }
            Action::Code { percent } if !(1..=100).contains(percent) => {
                self.wrong(
                    at,
                    format!("a discount of {percent} percent"),
                    Some("1 to 100"),
                );
            }
            Action::Overlay { overlay: name }
            | Action::Poll { poll: name }
            | Action::Mark { mark: name }
                if name.is_empty() || name.len() > 64 =>
            {
                self.wrong(at, "a name has 1 to 64 characters", None);
            }
            _ => {}
        }
    }

    fn cases(&mut self, source: &RuleSource) -> Vec<Case> {
        let mut cases = Vec::new();
        for case in &source.test {
            match Case::read(source.id.get_ref(), case, self.lines) {
                Ok(case) => cases.push(case),
                Err(problem) => self.problems.push(problem),
            }
        }
        cases
    }
}

/// Everything but the names and the place.
fn print(rule: &Rule) -> u64 {
    let mut text = String::new();
    let conditions: Vec<(&str, &str)> = rule.conditions().map(|(n, c)| (n, &*c.text)).collect();
    let _ = write!(
        text,
        "{conditions:?} {:?} {} {} {:?} {} {} {:?} {:?} {} {} {:?} {:?}",
        rule.within_us,
        rule.for_us,
        rule.delay_us,
        rule.lasts_us,
        rule.while_true,
        rule.cooldown_us,
        rule.once,
        rule.each,
        rule.confidence,
        rule.priority,
        rule.action,
        rule.sport,
    );
    let hash = Sha256::digest(text.as_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&hash[..8]);
    u64::from_be_bytes(first)
}
