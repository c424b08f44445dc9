use mlp::prelude::*;

struct Window<const N: usize>;

sequential! {
    pub struct Net<const H: usize>: f64 { Dense(1 => H, relu), Window(H), Dense(H => 1) }
}

fn main() {
    let _ = Net::<3>::new(1);
}
