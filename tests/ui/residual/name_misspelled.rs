use mlp::prelude::*;

residual! {
    struct Heat { diffusivity: f64 }
    (x, t) -> u { u.t - difusivity * u.xx }
}

fn main() {}
