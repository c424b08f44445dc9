use mlp::*;

const FEATURES: usize = 7;

sequential! {
    pub struct Net {
        FourierFeatures(2 => FEATURES),
        Dense(FEATURES => 1),
    }
}

fn main() {
    println!("{:?}", Net::new(0).as_slice());
}
