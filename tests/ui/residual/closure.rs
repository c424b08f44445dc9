use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u { u.t - (|z| z)(u.xx) }
}

fn main() {
    println!("{Heat:?}");
}
