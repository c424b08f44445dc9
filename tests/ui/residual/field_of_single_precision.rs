use mlp::prelude::*;

residual! {
    struct Burgers { nu: f32 }
    (x, t) -> u { u.t + u * u.x - nu * u.xx }
}

fn main() {}
