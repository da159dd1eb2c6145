//! How well a signal follows what real fans wrote.
