use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u { u.t - u.xx + u.sine() }
}

fn main() {
    println!("{Heat:?}");
}
