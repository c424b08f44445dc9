use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u { u.t - 2u.xx }
}

fn main() {
    println!("{Heat:?}");
}
