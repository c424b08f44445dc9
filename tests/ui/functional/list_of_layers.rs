use mlp::prelude::*;

fn main() {
    let _ = functional! { Dense(1 => 10, relu), Dense(10 => 1) };
}
