use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u { x - t }
}

fn main() {
    println!("{Heat:?}");
}
