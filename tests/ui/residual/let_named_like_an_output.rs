use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u {
        let u = 2.0;
        u.t
    }
}

fn main() {
    println!("{Heat:?}");
}
