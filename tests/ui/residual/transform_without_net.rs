use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u = x * t { u.t - u.xx }
}

fn main() {
    println!("{Heat:?}");
}
