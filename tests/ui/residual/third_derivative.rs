use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u { u.t + 6.0 * u * u.x + u.xxx }
}

fn main() {
    println!("{Heat:?}");
}
