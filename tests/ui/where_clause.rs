use mlp::*;

sequential! {
    pub struct Net<const H: usize>
    where
        f32: Scalar,
    {
        Dense(1 => H, relu),
    }
}

fn main() {
    println!("{:?}", Net::<3>::new(0).as_slice());
}
