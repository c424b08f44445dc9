use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let input = Input(10);
        let output = Dense(1 => 10, relu)(input);
        Model(input => output)
    };
}
