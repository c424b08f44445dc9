use mlp::prelude::*;

fn main() {
    sequential! { class Net { Dense(1 => 10, relu), Dense(10 => 1) } }
}
