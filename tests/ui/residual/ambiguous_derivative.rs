use mlp::prelude::*;

residual! {
    struct Heat;
    (x, xx) -> u { u.xx }
}

fn main() {
    println!("{Heat:?}");
}
