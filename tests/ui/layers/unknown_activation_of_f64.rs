use mlp::prelude::*;

sequential! {
    pub struct Net: f64 { Dense(1 => 2, rleu), Dense(2 => 1) }
}

fn main() {
    let _ = Net::new(1);
}
