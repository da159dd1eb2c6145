use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::{
    GuestError,
    contract::{self, Feature, Given, Needs},
};
#[cfg(feature = "onnx")]
use crate::onnx::Graph;
use crate::{booster::Booster, booster::Objective, football::Rules, football::Snap};

/// Whose win probability a model predicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Of {
    /// That of the side in possession, as nflfastR's and cfbfastR's do.
    #[default]
    Possession,
    /// That of the home side.
    Home,
}

/// A model read from a file, with what it is to be given.
#[derive(Debug)]
pub struct Predictor {
    name: Arc<str>,
    features: Vec<Feature>,
    of: Of,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Booster(Box<Booster>),
    #[cfg(feature = "onnx")]
    Onnx(Box<Graph>),
}

/// Rows up to this long need no memory of their own.
const SHORT_ROW: usize = 64;
/// Outputs at most: those of an expected-points model.
pub(super) const CLASSES: usize = 7;

impl Predictor {
    /// Reads a booster (XGBoost JSON or UBJ), or where `file` ends in `.onnx` a graph. The model is known by the
    /// file's name without its ending and the beginning of its content's SHA-256.
    ///
    /// `features` names what each of the model's inputs is, in order. Without it the names that the model carries
    /// are taken.
    pub fn read(
        file: &str,
        bytes: &[u8],
        features: Option<&[String]>,
        of: Of,
    ) -> Result<Self, GuestError> {
        let base = file.rsplit(['/', '\\']).next().unwrap_or(file);
        let (stem, ending) = base.rsplit_once('.').unwrap_or((base, ""));
        let name = named(stem, bytes);
        let onnx = ending.eq_ignore_ascii_case("onnx");
        let (kind, carried) = if onnx {
            (graph(bytes, features)?, None)
        } else {
            let booster = Booster::read(bytes)?;
            let names = booster.feature_names().map(<[String]>::to_vec);
            (Kind::Booster(Box::new(booster)), names)
        };
        let wanted = match &kind {
            Kind::Booster(booster) => booster.features(),
            #[cfg(feature = "onnx")]
            Kind::Onnx(graph) => graph.features(),
        };
        let names = features
            .or(carried.as_deref())
            .ok_or(GuestError::NoNames { wanted })?;
        if names.len() != wanted {
            return Err(GuestError::FeatureCount {
                named: names.len(),
                wanted,
            });
        }
        let features = names
            .iter()
            .enumerate()
            .map(|(at, name)| {
                contract::feature(name).map_err(|source| GuestError::Feature { at, source })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            name,
            features,
            of,
            kind,
        })
    }

    /// The file's stem and the beginning of its content's hash, such as `wp_spread@1f0c33aa`.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// What each input is.
    pub fn features(&self) -> &[Feature] {
        &self.features
    }

    /// Whose win probability it predicts.
    pub fn of(&self) -> Of {
        self.of
    }

    /// Whether any of its inputs cannot be had without this.
    pub fn needs(&self, needs: Needs) -> bool {
        self.features.iter().any(|f| f.needs == needs)
    }

    /// How many numbers it gives.
    pub(super) fn outputs(&self) -> usize {
        match &self.kind {
            Kind::Booster(booster) => booster.outputs(),
            #[cfg(feature = "onnx")]
            Kind::Onnx(graph) => graph.outputs(),
        }
    }

    /// Whether its single output is a probability.
    pub(super) fn gives_probability(&self) -> bool {
        match &self.kind {
            Kind::Booster(booster) => booster.objective() == Objective::Logistic,
            // Nothing in a graph says; whether its numbers are is looked at as they come.
            #[cfg(feature = "onnx")]
            Kind::Onnx(graph) => graph.outputs() == 1,
        }
    }

    /// Whether it predicts a class without its chance.
    pub(super) fn gives_class(&self) -> bool {
        match &self.kind {
            Kind::Booster(booster) => booster.objective() == Objective::Softmax,
            #[cfg(feature = "onnx")]
            Kind::Onnx(_) => false,
        }
    }

    /// Predicts for a snap in which somebody has the ball; as many numbers are filled in as the model gives.
    /// `None` where a graph gives none.
    pub(super) fn predict(
        &self,
        snap: &Snap,
        rules: Rules,
        ep: &dyn Fn() -> f64,
    ) -> Option<[f32; CLASSES]> {
        let given = Given { snap, rules, ep };
        let n = self.features.len();
        let mut short = [0.0_f32; SHORT_ROW];
        let mut long = Vec::new();
        let row = match short.get_mut(..n) {
            Some(row) => row,
            None => {
                long.resize(n, 0.0);
                &mut long[..]
            }
        };
        for (to, feature) in row.iter_mut().zip(&self.features) {
            *to = (feature.value)(&given) as f32;
        }
        let mut out = [0.0; CLASSES];
        let values = &mut out[..self.outputs()];
        match &self.kind {
            Kind::Booster(booster) => booster.predict(row, values),
            #[cfg(feature = "onnx")]
            Kind::Onnx(graph) => graph.predict(row, values).ok()?,
        }
        Some(out)
    }
}

fn named(stem: &str, bytes: &[u8]) -> Arc<str> {
    let hash = Sha256::digest(bytes);
    let prefix: String = hash.iter().take(4).map(|b| format!("{b:02x}")).collect();
    let stem: String = stem.chars().take(60).collect();
    format!("{stem}@{prefix}").into()
}

#[cfg(feature = "onnx")]
fn graph(bytes: &[u8], features: Option<&[String]>) -> Result<Kind, GuestError> {
    let wanted = features.map(<[String]>::len);
    let graph = Graph::read(bytes, wanted)?;
    Ok(Kind::Onnx(Box::new(graph)))
}

#[cfg(not(feature = "onnx"))]
fn graph(_: &[u8], _: Option<&[String]>) -> Result<Kind, GuestError> {
    Err(GuestError::NoOnnx)
}
