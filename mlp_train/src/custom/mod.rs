//! Custom training loops.

mod gradient_tape;
mod tape;

pub use gradient_tape::GradientTape;
pub use tape::{ForwardPass, Tape};
