use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) { u.t - u.xx }
}

fn main() {}
