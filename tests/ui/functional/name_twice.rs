use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let x = Input(1);
        let x = Dense(1 => 10, relu)(x);
        let output = Dense(10 => 1)(x);
        Model(x => output)
    };
}
