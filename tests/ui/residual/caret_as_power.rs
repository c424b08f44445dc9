use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u { u.t - u^3 }
}

fn main() {
    println!("{Heat:?}");
}
