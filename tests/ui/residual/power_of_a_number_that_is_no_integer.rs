use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u { u.t - u.powi(1.5) }
}

fn main() {
    println!("{Heat:?}");
}
