use mlp::prelude::*;

sequential! {
    pub struct Inner: f64 { Dense(1 => 2, relu) }
}

sequential! {
    pub struct Net { Inner, Dense(2 => 1) }
}

fn main() {
    let _ = Net::new(1).clone();
}
