use mlp::prelude::*;

residual! {
    struct Heat<T> { nu: T }
    (x, t) -> u { u.t - nu * u.xx }
}

fn main() {}
