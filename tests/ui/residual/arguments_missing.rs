use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u { u.t - u.powi() }
}

fn main() {
    println!("{Heat:?}");
}
