use mlp::prelude::*;

fn main() {
    let _ = sequential!["f64"; Dense(1 => 3)];
}
