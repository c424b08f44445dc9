use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u, v { u.t - v.x }
}

fn main() {
    println!("{Heat:?}");
}
