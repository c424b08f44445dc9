use mlp::*;

sequential! {
    pub struct Net<T> {
        Dense(1 => 10, relu),
    }
}

fn main() {
    println!("{:?}", Net::<f32>::new(0).as_slice());
}
