use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let input = Input(1);
        let a = Dense(1 => 10, relu)(input);
        let b = Dense(1 => 12, relu)(input);
        let sum = Add()(a, b);
        let output = Dense(10 => 1)(sum);
        Model(input => output)
    };
}
