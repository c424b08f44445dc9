use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u {
        let curvature = u.xx;
        u.t + curvature.x
    }
}

fn main() {
    println!("{Heat:?}");
}
