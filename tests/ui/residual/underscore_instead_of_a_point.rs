use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u { u_t - u.xx }
}

fn main() {
    println!("{Heat:?}");
}
