use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u { u.t - u.xx - source(x) }
}

fn main() {
    println!("{Heat:?}");
}
