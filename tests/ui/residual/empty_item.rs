use mlp::prelude::*;

residual! {
    (x, t) -> u { u.t - u.xx }
}

fn main() {}
