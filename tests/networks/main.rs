//! Networks of `sequential!` and `functional!`, their layers and their gradients.

mod functional;
mod gradients;
mod layers;
mod parameters;
mod sequential;
mod soundness;
