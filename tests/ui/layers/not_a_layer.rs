use mlp::prelude::*;

sequential! {
    pub struct Net { Dense(1 => 10, relu), String, Dense(10 => 1) }
}

fn main() {
    let _ = Net::new(0);
}
