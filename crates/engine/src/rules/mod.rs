//! Rules that producers write: conditions over what facts tell, and what follows from them.
//!
//! A rule set is read from files ([`Sources`]), checked and compiled once ([`RuleSet`]), named by its content, and then
//! run on matches ([`Run`]). See `docs/rules.md` for the language.

mod board;
mod book;
mod cases;
mod check;
mod compile;
mod diff;
mod expr;
mod feasible;
mod file;
pub mod names;
mod problem;
mod run;
mod set;
mod syntax;
pub mod value;

pub use board::MAX_KEYS;
pub use book::{RuleBook, camera_model_id};
pub use cases::{Case, Outcome};
pub use compile::{Wrong, compile};
pub use diff::{FieldDiff, RuleDiff, diff, told};
pub use expr::{Bool, Ref, View};
pub use file::{Once, duration_text, duration_us};
pub use problem::Problem;
pub use run::{Run, Tally};
pub use set::{Condition, MAX_RULES, Rule, RuleSet, Sources, USUAL_CONFIDENCE, USUAL_PRIORITY};
