use mlp::*;

sequential! {
    pub struct Net<T>: f16 {
        Dense(1 => 10, "relu"),
        Dense(12 => 1),
    }
}

fn main() {
    println!("{:?}", Net::new(0).as_slice());
}
