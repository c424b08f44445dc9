use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u { u.t - u.xx / 0 }
}

fn main() {
    println!("{Heat:?}");
}
