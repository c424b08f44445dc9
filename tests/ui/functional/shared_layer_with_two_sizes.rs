use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let x = Input(4);
        let z = Input(5);
        let encode = Dense(4 => 2);
        let a = encode(x);
        let b = encode(z);
        let sum = Add()(a, b);
        Model((x, z) => sum)
    };
}
