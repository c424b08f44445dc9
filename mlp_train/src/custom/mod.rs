//! Custom training loops.

mod tape;

pub use tape::GradientTape;
