//! The `matchday` binary.

fn main() {}
