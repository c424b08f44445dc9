use mlp::prelude::*;

fn main() {
    sequential! { struct Net { Dense(1 => 10, relu), Dense(10 => 1) } struct Net { Dense(1 => 1) } }
    let _ = Net::new(0);
}
