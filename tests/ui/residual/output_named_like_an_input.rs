use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> x { x.t }
}

fn main() {
    println!("{Heat:?}");
}
