use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u { net.t - net.xx }
}

fn main() {
    println!("{Heat:?}");
}
