use mlp::prelude::*;

residual! {
    struct Heat(f64);
    (x, t) -> u { u.t - u.xx }
}

fn main() {}
