use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u { u(x, t) - u.xx }
}

fn main() {
    println!("{Heat:?}");
}
