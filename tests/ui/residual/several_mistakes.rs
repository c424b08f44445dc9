use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u {
        let flux = u_x;
        u.t - u^2 + flux - nu * u.xx
    }
}

fn main() {
    println!("{Heat:?}");
}
