use mlp::prelude::*;

residual! {
    struct Heat;
    (x: f64, t: f64) -> u { u.t - u.xx }
}

fn main() {
    println!("{Heat:?}");
}
