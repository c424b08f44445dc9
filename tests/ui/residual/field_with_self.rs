use mlp::prelude::*;

residual! {
    struct Burgers { nu: f64 }
    (x, t) -> u { u.t + u * u.x - self.nu * u.xx }
}

fn main() {}
