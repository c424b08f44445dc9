use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let x = Input(1);
        let (a, b) = Dense(1 => 2)(x);
        let sum = Add()(a, b);
        Model(x => sum)
    };
}
