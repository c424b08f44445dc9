use mlp::*;

sequential! {
    pub struct Net<'a> {
        Dense(1 => 10, relu),
    }
}

fn main() {
    println!("{:?}", Net::new(0).as_slice());
}
