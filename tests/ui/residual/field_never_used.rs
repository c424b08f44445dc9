use mlp::prelude::*;

residual! {
    struct Burgers { nu: f64 }
    (x, t) -> u { u.t + u * u.x }
}

fn main() {}
