use mlp::prelude::*;

residual! {
    struct Heat;
    (x, x) -> u { u.xx }
}

fn main() {
    println!("{Heat:?}");
}
