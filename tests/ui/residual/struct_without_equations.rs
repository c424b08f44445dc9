use mlp::prelude::*;

residual! {
    struct Heat;
}

fn main() {}
