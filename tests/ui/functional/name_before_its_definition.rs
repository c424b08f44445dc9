use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let input = Input(1);
        let output = Dense(10 => 1)(hidden);
        let hidden = Dense(1 => 10, relu)(input);
        Model(input => output)
    };
}
