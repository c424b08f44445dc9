use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u { u.t - 2f32 * u.xx }
}

fn main() {
    println!("{Heat:?}");
}
