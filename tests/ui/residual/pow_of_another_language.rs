use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u { u.t - u.pow(3) }
}

fn main() {
    println!("{Heat:?}");
}
