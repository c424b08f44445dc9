use mlp::prelude::*;

sequential! {
    pub struct Inner { Dense(1 => 2, relu) }
}

sequential! {
    pub struct Net: f64 { Inner, Dense(2 => 1) }
}

fn main() {
    let _ = Net::new(1);
}
