use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> (u, v) { u.t - u.xx }
}

fn main() {
    println!("{Heat:?}");
}
