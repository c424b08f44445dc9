use mlp::prelude::*;

sequential! {
    pub struct Net { Dense(1 => 2, relu), Dense(2 => 1) }
}

fn main() {
    println!("{}", Net::new().summary());
}
