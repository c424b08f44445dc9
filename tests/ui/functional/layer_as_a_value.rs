use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let input = Input(1);
        let output = Dense(10 => 1)(Dense(1 => 10));
        Model(input => output)
    };
}
