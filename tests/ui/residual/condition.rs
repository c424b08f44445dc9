use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u { u.t - if x > 0.5 { u.xx } else { 2.0 * u.xx } }
}

fn main() {
    println!("{Heat:?}");
}
