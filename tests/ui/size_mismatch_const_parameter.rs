use mlp::*;

sequential! {
    pub struct Net<const H: usize> {
        Dense(1 => H, relu),
        Dense(10 => 1),
    }
}

fn main() {
    println!("{:?}", Net::<3>::new(0).as_slice());
}
