//! The outputs as others meet them: a real server on a loopback port, real clients, a real graphics system.

mod documents;
mod graphics;
mod mixer_exemplars;
mod mixer_micro;
mod mixer_obs;
mod mixers;
mod node;
mod rest;
mod slow;
mod socket;
mod sse;
mod world;
