//! Tests of `residual!` without its code being compiled.

mod derivatives;
mod golden;
mod number;
mod streams;
mod tree;
