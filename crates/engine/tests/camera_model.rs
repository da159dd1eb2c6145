//! The camera model in a production: its shots stand below every rule's, its orders lie on the log, and facts that came
//! before any rules are known to those that come.

use std::{collections::BTreeMap, sync::Arc};

use matchday_engine::{
    Match, ModelSet,
    decide::production::{Production, ProductionConfig},
    rules::{RuleBook, RuleSet, Sources, camera_model_id},
};
use matchday_event::{
    EventTime, Fact, GameId, Signal, Sport,
    production::{
        CAMERA_MODEL, CameraModelId, CameraModelRefusal, CutReason, Decided, DirectorCall,
        DirectorOrder, Fired, RuleOrder, RuleSetId, TasteFact,
    },
    senses::{Camera, MicroEvent, MicroKind, MomentumFact, Sense},
};
use matchday_learn::camera::CameraModel;

#[path = "common/camera.rs"]
mod camera;
use camera::file;

fn set(text: &str) -> Arc<RuleSet> {
    let files = BTreeMap::from([("soccer/test.toml".to_owned(), text.to_owned())]);
    Arc::new(RuleSet::read(Sources { files }).expect("sound rules"))
}

/// A rule that asks for the crowd while people are stirred, with this priority.
fn stirred(priority: u8) -> Arc<RuleSet> {
    set(&format!(
        "[[rule]]\nid = \"stirred\"\ntitle = \"The crowd while it is stirred\"\nwhen = 'momentum.intensity > 50.0'\n\
         while_true = true\npriority = {priority}\naction = {{ do = \"shot\", camera = \"crowd\" }}\n"
    ))
}

/// A match's production, fed by hand.
struct Stage {
    production: Production,
    book: RuleBook,
    at_ms: i64,
    out: Vec<Decided>,
}

impl Stage {
    fn new() -> Self {
        let game = GameId::new("soccer-stage").expect("an id");
        let game = Match::new(game, ModelSet::default());
        let config = ProductionConfig::default();
        Self {
            production: Production::new(&config, Sport::Soccer, &game.snapshot())
                .expect("a director"),
            book: RuleBook::default(),
            at_ms: 0,
            out: Vec::new(),
        }
    }

    fn at(&self) -> EventTime {
        EventTime(self.at_ms * 1000)
    }

    fn take(&mut self, signal: &Signal, facts: &[Fact]) {
        (self.production).take(signal, facts, &self.book, &mut self.out);
    }

    /// Time passes, a tick each tenth of a second.
    fn pass(&mut self, until_ms: i64) {
        while self.at_ms < until_ms {
            self.at_ms += 100;
            let at = self.at();
            self.take(&Signal::Tick { at }, &[]);
        }
    }

    /// Something is told of at this time.
    fn tell(&mut self, fact: Fact) {
        let at = self.at();
        self.take(&Signal::Tick { at }, &[fact]);
    }

    fn sprint(&mut self) {
        self.tell(Fact::Micro(MicroEvent {
            at: self.at(),
            match_ms: self.at_ms as u32,
            kind: MicroKind::Sprint,
            label: None,
            sense: Sense::Tracking,
            place: None,
            side: None,
            camera: Camera::Rail,
            confidence: 0.9,
        }));
    }

    fn intensity(&mut self, intensity: f32) {
        self.tell(Fact::Momentum(MomentumFact {
            at: self.at(),
            home: 0.0,
            away: 0.0,
            intensity,
            parts: Vec::new(),
        }));
    }

    fn order(&mut self, order: RuleOrder) {
        self.take(&Signal::Rules(order), &[]);
    }

    fn rules(&mut self, set: Arc<RuleSet>) {
        let (at, id) = (self.at(), set.id.clone());
        self.book.put(set);
        self.order(RuleOrder::Use { at, set: id });
    }

    fn model(&mut self, model: Option<CameraModelId>) {
        let at = self.at();
        self.order(RuleOrder::CameraModel { at, model });
    }

    /// A model of a sport comes to hand and is ordered.
    fn with_model(&mut self, sport: &str) -> CameraModelId {
        let file = file(sport, "kind_sprint");
        let id = camera_model_id(&file);
        let model = Arc::new(CameraModel::read(&file).expect("a model"));
        self.book.put_model(id.clone(), model);
        self.model(Some(id.clone()));
        id
    }

    fn on_air(&self) -> Camera {
        self.production.director().on_air().camera
    }

    fn fired(&self) -> Vec<&Fired> {
        (self.out.iter())
            .filter_map(|d| match d {
                Decided::Fired(f) => Some(f),
                _ => None,
            })
            .collect()
    }

    fn refusal(&self) -> Option<CameraModelRefusal> {
        self.out.iter().rev().find_map(|d| match d {
            Decided::CameraModel(m) => Some(m.refused),
            _ => None,
        })?
    }
}

#[test]
fn the_model_proposes_a_shot_that_says_it_is_the_models_and_ends() {
    let mut stage = Stage::new();
    stage.rules(stirred(0));
    stage.pass(10_000);
    stage.sprint();
    stage.pass(12_000);
    assert!(stage.fired().is_empty(), "no model was ordered");
    let id = stage.with_model("soccer");
    assert_eq!(stage.production.camera_model(), Some(&id));
    stage.sprint();
    stage.pass(12_500);
    let [fired] = stage.fired()[..] else {
        panic!("{:?}", stage.out);
    };
    assert_eq!((&*fired.rule, fired.priority), (CAMERA_MODEL, 10));
    assert_eq!(fired.due, EventTime(12_400_000));
    assert_eq!(stage.on_air(), Camera::Rail);
    let cut = stage.out.iter().find_map(|d| match d {
        Decided::Cut(cut) => Some(cut.clone()),
        _ => None,
    });
    let cut = cut.expect("a cut");
    assert_eq!(cut.reason, CutReason::Model);
    assert_eq!(cut.at, EventTime(12_400_000));
    assert!(cut.why.contains("rail is called in") && cut.why.contains("no rule asks for another"));
    stage.pass(16_000);
    assert_eq!(stage.on_air(), Camera::Main);
}

#[test]
fn every_rule_comes_before_the_model_whatever_its_priority() {
    for priority in [0, 5, 10, 50] {
        let mut stage = Stage::new();
        stage.rules(stirred(priority));
        stage.with_model("soccer");
        // The rule takes over from the model's shot, once that has had the time that any shot has …
        stage.pass(10_000);
        stage.sprint();
        stage.pass(10_600);
        assert_eq!(stage.on_air(), Camera::Rail, "{priority}");
        stage.intensity(80.0);
        stage.pass(12_000);
        assert_eq!(stage.on_air(), Camera::Crowd, "{priority}");
        // … and the model takes nothing from the rule, though it asks again and again.
        while stage.at_ms < 20_000 {
            stage.intensity(80.0);
            stage.sprint();
            stage.pass(stage.at_ms + 500);
            assert_eq!(stage.on_air(), Camera::Crowd, "{priority}, {}", stage.at_ms);
        }
    }
}

#[test]
fn an_operator_who_holds_the_programme_hears_nothing_of_the_model() {
    let mut stage = Stage::new();
    stage.with_model("soccer");
    let order = DirectorOrder::Take {
        camera: Camera::Wing,
    };
    let at = stage.at();
    stage.take(&Signal::Director(DirectorCall { at, order }), &[]);
    stage.pass(10_000);
    stage.sprint();
    stage.pass(12_000);
    assert_eq!(stage.on_air(), Camera::Wing);
}

#[test]
fn a_model_that_is_not_at_hand_or_of_another_sport_is_refused_and_the_one_before_goes_on() {
    let mut stage = Stage::new();
    let id = stage.with_model("soccer");
    assert_eq!(stage.refusal(), None);
    stage.model(Some("0123456789abcdef".parse().expect("an id")));
    assert_eq!(stage.refusal(), Some(CameraModelRefusal::UnknownModel));
    stage.with_model("tennis");
    assert_eq!(stage.refusal(), Some(CameraModelRefusal::OtherSport));
    assert_eq!(stage.production.camera_model(), Some(&id));
    let told = stage.out.len();
    stage.model(Some(id));
    assert_eq!(stage.out.len(), told, "it is in force already");
}

#[test]
fn a_model_that_is_switched_off_takes_its_shots_back() {
    let mut stage = Stage::new();
    stage.with_model("soccer");
    stage.pass(10_000);
    stage.sprint();
    stage.pass(12_100);
    assert_eq!(stage.on_air(), Camera::Rail);
    stage.model(None);
    stage.pass(12_300);
    assert_eq!(stage.on_air(), Camera::Main);
    let fired = stage.fired().len();
    stage.sprint();
    stage.pass(14_000);
    assert_eq!(stage.fired().len(), fired);
    assert_eq!(stage.production.camera_model(), None);
}

#[test]
fn the_same_log_leads_to_the_same_decisions() {
    let played = || {
        let mut stage = Stage::new();
        stage.rules(stirred(30));
        stage.with_model("soccer");
        for n in 0..60 {
            stage.pass(n * 700);
            stage.sprint();
            if n % 7 == 0 {
                stage.intensity(if n % 2 == 0 { 70.0 } else { 20.0 });
            }
        }
        stage.out
    };
    let once = played();
    assert!(
        once.iter()
            .any(|d| matches!(d, Decided::Cut(c) if c.reason == CutReason::Model))
    );
    assert!(
        once.iter()
            .any(|d| matches!(d, Decided::Cut(c) if c.reason == CutReason::Rule))
    );
    assert_eq!(once, played());
}

#[test]
fn orders_about_models_are_written_and_read() {
    let at = EventTime(1_760_000_000_000_000);
    let model: CameraModelId = "00ff00ff00ff00ff".parse().expect("an id");
    for (model, text) in [
        (
            Some(model),
            r#"{"type":"rules","order":"camera_model","at":1760000000000000,"model":"00ff00ff00ff00ff"}"#,
        ),
        (
            None,
            r#"{"type":"rules","order":"camera_model","at":1760000000000000,"model":null}"#,
        ),
    ] {
        let signal = Signal::Rules(RuleOrder::CameraModel { at, model });
        assert_eq!(serde_json::to_string(&signal).expect("json"), text);
        assert_eq!(
            serde_json::from_str::<Signal>(text).expect("a signal"),
            signal
        );
        assert!(signal.is_an_order());
    }
    assert!("00FF".parse::<CameraModelId>().is_err());
    assert!("00FF00FF00FF00FF".parse::<RuleSetId>().is_err());
}

#[test]
fn what_facts_told_before_there_were_rules_is_known_to_those_that_come() {
    let mut stage = Stage::new();
    // An operator's order begins the production; nobody has put rules in force.
    let at = stage.at();
    let order = DirectorOrder::Hold;
    stage.take(&Signal::Director(DirectorCall { at, order }), &[]);
    stage.pass(1_000);
    stage.tell(Fact::Taste(TasteFact {
        at: stage.at(),
        cluster: "north".into(),
        topic: "analytics".into(),
        viewers: 100,
        share: 0.9,
    }));
    assert!(stage.production.set().is_none());
    assert_eq!(stage.production.tally().rows, 0);
    stage.pass(2_000);
    stage.rules(set(
        "[[rule]]\nid = \"analysts\"\ntitle = \"Analysts when people are stirred\"\n\
         when = 'taste.share > 0.5 && momentum.intensity > 50.0'\nwithin = \"1m\"\nlasts = \"5s\"\n\
         action = { do = \"overlay\", overlay = \"ball_trace\" }\n",
    ));
    assert!(stage.fired().is_empty(), "nothing fires on what was before");
    stage.pass(3_000);
    stage.intensity(80.0);
    assert_eq!(stage.fired().len(), 1, "{:?}", stage.out);
}
