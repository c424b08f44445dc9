//! Custom training loops.

mod forward_pass;
mod gradient_tape;
mod tape;

pub use forward_pass::ForwardPass;
pub use gradient_tape::GradientTape;
pub use tape::Tape;
