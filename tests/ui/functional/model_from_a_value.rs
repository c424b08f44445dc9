use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let input = Input(1);
        let hidden = Dense(1 => 10)(input);
        let output = Dense(10 => 1)(hidden);
        Model(hidden => output)
    };
}
