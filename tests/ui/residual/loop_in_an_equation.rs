use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u {
        for i in 0..3 { u.t - u.xx }
    }
}

fn main() {
    println!("{Heat:?}");
}
