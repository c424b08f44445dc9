use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> (u, v) { first: u.t - v.x; second: v.t - u.x }
}

fn main() {
    println!("{Heat:?}");
}
