use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u {
        let flux = u * u.x
        u.t + flux
    }
}

fn main() {
    println!("{Heat:?}");
}
