use mlp::prelude::*;

fn main() {
    let _optimizer = Lbfgs::default().clipnorm(1.0);
}
