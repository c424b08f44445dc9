use mlp::*;

sequential! {
    pub struct Net;
}

fn main() {
    println!("{:?}", Net::new(0).as_slice());
}
