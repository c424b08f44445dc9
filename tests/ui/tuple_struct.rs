use mlp::*;

sequential! {
    pub struct Net(Dense(1 => 10, relu), Dense(10 => 1));
}

fn main() {
    println!("{:?}", Net::new(0).as_slice());
}
