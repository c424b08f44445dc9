use mlp::prelude::*;

fn main() {
    sequential! { struct Net { Dense(1 => 10, relu), Net, Dense(10 => 1) } }
}
