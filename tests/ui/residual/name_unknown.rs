use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u { u.t - nu * u.xx }
}

fn main() {
    println!("{Heat:?}");
}
