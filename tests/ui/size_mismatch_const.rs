use mlp::*;

const HIDDEN: usize = 5;
const K: usize = 6 * 2;

sequential! {
    pub struct Net {
        Dense(1 => 2 * HIDDEN, relu),
        Dense(K => 1),
    }
}

fn main() {
    println!("{:?}", Net::new(0).as_slice());
}
