use mlp::prelude::*;

fn source(u: f64) -> f64 {
    u * u
}

residual! {
    struct Heat;
    (x, t) -> u { u.t - u.xx - source(u) }
}

fn main() {
    println!("{Heat:?}");
}
