use mlp::prelude::*;

residual! {
    struct Heat { nu: f64 }
    (x, t) -> u { u.t - nu.x }
}

fn main() {}
