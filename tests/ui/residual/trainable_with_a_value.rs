use mlp::prelude::*;

residual! {
    struct Burgers { #[trainable(0.1)] nu: f64 }
    (x, t) -> u { u.t + u * u.x - nu * u.xx }
}

fn main() {}
