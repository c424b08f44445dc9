use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let input = Input(1);
        let encode = Dense(1 => 10, relu);
        let output = Dense(1 => 1)(input);
        Model(input => output)
    };
}
