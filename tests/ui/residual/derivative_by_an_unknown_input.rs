use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u { u.t - u.yy }
}

fn main() {
    println!("{Heat:?}");
}
