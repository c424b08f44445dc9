use mlp::prelude::*;

fn main() {
    let fit = Fit::new().verbose(1.0);
}
