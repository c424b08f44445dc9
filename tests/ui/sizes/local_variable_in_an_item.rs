use mlp::prelude::*;

fn main() {
    let n = 10;
    sequential! { struct Net { Dense(1 => n), Dense(n => 1) } }
}
