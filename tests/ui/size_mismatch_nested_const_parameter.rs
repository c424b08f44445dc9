use mlp::*;

sequential! {
    pub struct Encoder<const H: usize> {
        Dense(4 => H, relu),
    }

    pub struct Net<const H: usize> {
        Encoder<H>,
        Dense(3 => 1),
    }
}

fn main() {
    println!("{:?}", Net::<3>::new(0).as_slice());
}
