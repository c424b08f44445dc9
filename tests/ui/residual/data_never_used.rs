use mlp::prelude::*;

residual! {
    struct Measured;
    (x, t; value) -> u { u.t - u.xx }
}

fn main() {}
