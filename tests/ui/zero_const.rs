use mlp::*;

const NONE: usize = 0;

sequential! {
    pub struct Net {
        Dense(1 => NONE, relu),
        Dense(NONE => 1),
    }
}

fn main() {
    println!("{:?}", Net::new(0).as_slice());
}
