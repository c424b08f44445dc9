use mlp::prelude::*;

sequential! {
    f64;
    pub struct Net { Dense(1 => 2, relu), Dense(2 => 1) }
}

fn main() {
    let _ = Net::new(1);
}
