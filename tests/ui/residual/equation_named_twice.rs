use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> (u, v) { balance: u.t - v.x, balance: v.t - u.x }
}

fn main() {
    println!("{Heat:?}");
}
