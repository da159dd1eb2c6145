//! Which models price a league's games: ours, another file of ours, or what a data team brings.

use std::{collections::BTreeMap, fmt, fs, path::Path, path::PathBuf, sync::Arc};

use anyhow::{Context as _, bail, ensure};
use matchday_engine::{ModelSet, sense::game::football::FootballModel};
use matchday_event::Sport;
use matchday_learn::{
    basketball,
    football::{
        Models,
        guest::{Guest, Of, Parts, Predictor},
    },
    soccer, tennis,
};
use serde::{Deserialize, Deserializer, Serialize, de};

/// Models by league.
pub type ByLeague = BTreeMap<String, LeagueModels>;

/// The models of one league. In the configuration `nfl = "file.json"` says the same as
/// `nfl = { file = "file.json" }`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct LeagueModels {
    /// A file that `matchday train` wrote, in place of the one built in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
    /// Win probability: an XGBoost booster or an ONNX graph.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wp: Option<Part>,
    /// Win probability of games without a pregame spread.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wp_without_spread: Option<Part>,
    /// Expected points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ep: Option<Part>,
}

/// A model that somebody brings. In the configuration a file's name alone will do where the model carries its
/// features' names.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Part {
    /// The file.
    pub file: PathBuf,
    /// What its inputs are, in order, over the names that it carries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub features: Option<Vec<String>>,
    /// Whose win probability it predicts.
    pub of: Whose,
}

/// Whose win probability a model predicts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// The side in possession's.
    #[default]
    Possession,
    /// The home side's.
    Home,
}

/// What was written of a league or a part: a file's name or a table. An untagged enum would say of a mistake only
/// that nothing fitted.
struct FileOr<T>(std::marker::PhantomData<T>);

impl<'de, T: Deserialize<'de> + From<PathBuf>> de::Visitor<'de> for FileOr<T> {
    type Value = T;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a file's name or a table")
    }
    fn visit_str<E: de::Error>(self, file: &str) -> Result<T, E> {
        Ok(PathBuf::from(file).into())
    }
    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(de::value::MapAccessDeserializer::new(map))
    }
}

/// [`LeagueModels`] as a table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LeagueTable {
    file: Option<PathBuf>,
    wp: Option<Part>,
    wp_without_spread: Option<Part>,
    ep: Option<Part>,
}

/// [`Part`] as a table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PartTable {
    file: PathBuf,
    features: Option<Vec<String>>,
    #[serde(default)]
    of: Whose,
}

impl From<PathBuf> for LeagueTable {
    fn from(file: PathBuf) -> Self {
        Self {
            file: Some(file),
            wp: None,
            wp_without_spread: None,
            ep: None,
        }
    }
}

impl From<PathBuf> for PartTable {
    fn from(file: PathBuf) -> Self {
        Self {
            file,
            features: None,
            of: Whose::default(),
        }
    }
}

impl<'de> Deserialize<'de> for LeagueModels {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let t: LeagueTable = d.deserialize_any(FileOr(std::marker::PhantomData))?;
        Ok(Self {
            file: t.file,
            wp: t.wp,
            wp_without_spread: t.wp_without_spread,
            ep: t.ep,
        })
    }
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let t: PartTable = d.deserialize_any(FileOr(std::marker::PhantomData))?;
        Ok(Self {
            file: t.file,
            features: t.features,
            of: t.of,
        })
    }
}

/// Takes what `--model` says over what is there: `LEAGUE=FILE` for a file of ours, `LEAGUE.PART=FILE` for a part that
/// somebody brings.
pub fn name(models: &mut ByLeague, given: &[String]) -> anyhow::Result<()> {
    for one in given {
        let Some((at, file)) = one.split_once('=').filter(|(at, _)| !at.is_empty()) else {
            bail!(
                "--model {one:?} must be LEAGUE=FILE or LEAGUE.PART=FILE, such as nfl=models/nfl.json or \
                 nfl.wp=wp_spread.ubj"
            );
        };
        let (league, part) = at.split_once('.').unwrap_or((at, ""));
        let league = models.entry(league.to_owned()).or_default();
        let file = PathBuf::from(file);
        let brought = Some(Part {
            file: file.clone(),
            ..Part::default()
        });
        match part {
            "" => league.file = Some(file),
            "wp" => league.wp = brought,
            "wp_without_spread" => league.wp_without_spread = brought,
            "ep" => league.ep = brought,
            other => {
                bail!("--model {one:?}: no part {other:?}; there are wp, wp_without_spread and ep")
            }
        }
    }
    Ok(())
}

/// Reads the models that are named; other leagues use the ones built in. The other sports take one model each.
pub fn load(models: &ByLeague) -> anyhow::Result<ModelSet> {
    let mut loaded = BTreeMap::new();
    let mut others = Vec::new();
    for (league, named) in models {
        match Sport::of_league(league) {
            Sport::AmericanFootball => {
                let models =
                    of_league(league, named).with_context(|| format!("models.{league}"))?;
                loaded.insert(league.clone(), models);
            }
            sport => others.push((sport, league, named)),
        }
    }
    let mut set = ModelSet::new(move |league| match loaded.get(league) {
        Some(models) => models.clone(),
        None => Models::builtin(league),
    });
    for (sport, league, named) in others {
        let Some(file) = &named.file else {
            bail!("model of {league}: name a file; parts are football's alone");
        };
        let json = fs::read_to_string(file)
            .with_context(|| format!("models.{league}: cannot read {}", file.display()))?;
        let place = || format!("in {}", file.display());
        set = match sport {
            Sport::AmericanFootball => set,
            Sport::Basketball => set.with_basketball(Arc::new(
                basketball::Model::from_json(&json).with_context(place)?,
            )),
            Sport::Soccer => set.with_soccer(Arc::new(
                soccer::Model::from_json(&json).with_context(place)?,
            )),
            Sport::Tennis => set.with_tennis(Arc::new(
                tennis::Model::from_json(&json).with_context(place)?,
            )),
        };
    }
    Ok(set)
}

/// Reads one league's models.
pub fn of_league(league: &str, named: &LeagueModels) -> anyhow::Result<Arc<dyn FootballModel>> {
    let ours = ours(league, named)?;
    Ok(match brought(league, named, &ours)? {
        Some(guest) => Arc::new(guest),
        None => ours,
    })
}

/// Our part of a league's models.
pub fn ours(league: &str, named: &LeagueModels) -> anyhow::Result<Arc<Models>> {
    let Some(file) = &named.file else {
        return Ok(Models::builtin(league));
    };
    let bytes = read(file)?;
    let at = || format!("in {}", file.display());
    let Ok(text) = std::str::from_utf8(&bytes) else {
        bail!(
            "{} is no model file of matchday's; a booster or a graph is named as {league}.wp, \
             {league}.wp_without_spread or {league}.ep",
            file.display()
        );
    };
    Ok(Arc::new(Models::from_json(text).with_context(at)?))
}

/// What somebody brings for a league, if anything.
pub fn brought(
    league: &str,
    named: &LeagueModels,
    ours: &Arc<Models>,
) -> anyhow::Result<Option<Guest>> {
    let part = |part: &Option<Part>, name: &str| {
        let predictor = part.as_ref().map(predictor);
        predictor
            .transpose()
            .with_context(|| format!("models.{league}.{name}"))
    };
    let parts = Parts {
        wp: part(&named.wp, "wp")?,
        wp_without_spread: part(&named.wp_without_spread, "wp_without_spread")?,
        ep: part(&named.ep, "ep")?,
    };
    if parts.wp.is_none() && parts.wp_without_spread.is_none() && parts.ep.is_none() {
        return Ok(None);
    }
    let guest = Guest::new(ours.clone(), parts).with_context(|| format!("models.{league}"))?;
    Ok(Some(guest))
}

fn predictor(part: &Part) -> anyhow::Result<Predictor> {
    let bytes = read(&part.file)?;
    let of = match part.of {
        Whose::Possession => Of::Possession,
        Whose::Home => Of::Home,
    };
    Predictor::read(
        &part.file.to_string_lossy(),
        &bytes,
        part.features.as_deref(),
        of,
    )
    .with_context(|| format!("in {}", part.file.display()))
}

/// More than any booster for a game needs.
const MAX_BYTES: u64 = 1 << 30;

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    let context = || format!("cannot read {}", file.display());
    let size = fs::metadata(file).with_context(context)?.len();
    ensure!(
        size <= MAX_BYTES,
        "{} has {size} bytes; a model may have {MAX_BYTES} at most",
        file.display()
    );
    fs::read(file).with_context(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Toml {
        models: ByLeague,
    }

    fn fixture(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../learn/tests")
            .join(name)
    }

    #[test]
    fn a_file_alone_and_a_table_say_the_same() {
        let short: Toml =
            toml::from_str("[models]\nnfl = \"a.json\"\n[models.ncaaf]\nwp = \"w.ubj\"\n")
                .expect("reads");
        let long: Toml = toml::from_str(
            "[models.nfl]\nfile = \"a.json\"\n[models.ncaaf.wp]\nfile = \"w.ubj\"\nof = \"possession\"\n",
        )
        .expect("reads");
        assert_eq!(short, long);
        let written = toml::to_string(&short.models).expect("writes");
        assert_eq!(
            toml::from_str::<ByLeague>(&written).expect("reads"),
            short.models
        );
    }

    #[test]
    fn a_misspelt_part_is_named() {
        let error = toml::from_str::<Toml>("[models.nfl]\nwpp = \"a.ubj\"\n").expect_err("refused");
        assert!(error.to_string().contains("wpp"), "{error}");
        let error =
            toml::from_str::<Toml>("[models.nfl.wp]\nfile = \"a\"\nof = \"x\"\n").expect_err("no");
        assert!(error.to_string().contains("possession"), "{error}");
    }

    #[test]
    fn flags_add_to_the_configuration() {
        let mut models = ByLeague::new();
        let given = ["nfl=a.json", "nfl.wp=w.ubj", "ncaaf.ep=e.onnx"].map(str::to_owned);
        name(&mut models, &given).expect("reads");
        assert_eq!(models["nfl"].file, Some("a.json".into()));
        assert_eq!(
            models["nfl"].wp.as_ref().expect("wp").file,
            Path::new("w.ubj")
        );
        assert!(models["ncaaf"].ep.is_some());
        for wrong in ["nfl", "=a", "nfl.win=a"] {
            assert!(name(&mut models, &[wrong.to_owned()]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_model_that_cannot_be_used_is_told_with_its_file_and_what_to_do() {
        let told = |at: &str, file: &str| {
            let mut models = ByLeague::new();
            let one = format!("{at}={}", fixture(file).display());
            name(&mut models, &[one]).expect("a flag");
            let error = load(&models).expect_err("refused");
            format!("{error:#}")
        };
        let error = told("nfl.wp", "boosters/3.2.0/unnamed.ubj");
        assert!(
            error.contains("unnamed.ubj") && error.contains("5 features"),
            "{error}"
        );
        let error = told("nfl.wp", "boosters/3.2.0/logistic.ubj");
        assert!(
            error.contains("\"lead\"") && error.contains("home_lead"),
            "{error}"
        );
        let error = told("nfl", "boosters/3.2.0/logistic.ubj");
        assert!(error.contains("nfl.wp"), "{error}");
        let error = told("nfl.wp", "no-such-file.ubj");
        assert!(error.contains("no-such-file.ubj"), "{error}");
    }
}
