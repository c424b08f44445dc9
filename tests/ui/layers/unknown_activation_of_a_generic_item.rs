use mlp::prelude::*;

sequential! {
    pub struct Net<const H: usize> { Dense(1 => H, rleu), Dense(H => 1) }
}

fn main() {
    let _ = Net::<3>::new(1);
}
