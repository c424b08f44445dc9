use mlp::prelude::*;

struct Window;

sequential! {
    pub struct Net: f64 { Dense(1 => 2, relu), Window, Dense(2 => 1) }
}

fn main() {
    let _ = Net::new(1).clone();
}
