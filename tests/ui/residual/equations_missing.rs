use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u {}
}

fn main() {
    println!("{Heat:?}");
}
