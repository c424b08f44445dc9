use mlp::prelude::*;

fn main() {
    sequential! { struct Net: double { Dense(1 => 3, relu), Dense(3 => 1) } }
}
