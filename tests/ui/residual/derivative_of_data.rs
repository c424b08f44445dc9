use mlp::prelude::*;

residual! {
    struct Measured;
    (x, t; value) -> u { u - value.x }
}

fn main() {}
