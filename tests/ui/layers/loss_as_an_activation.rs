use mlp::prelude::*;

sequential! {
    pub struct Net { Dense(1 => 2, MeanSquaredError), Dense(2 => 1) }
}

fn main() {
    let _ = Net::new(1);
}
