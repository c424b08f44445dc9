use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u {
        flux = u * u.x;
        u.t + flux
    }
}

fn main() {
    println!("{Heat:?}");
}
