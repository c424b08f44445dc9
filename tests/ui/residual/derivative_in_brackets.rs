use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u { u.t - u[x] }
}

fn main() {
    println!("{Heat:?}");
}
