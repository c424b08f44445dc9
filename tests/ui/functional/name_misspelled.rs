use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let input = Input(1);
        let hidden = Dense(1 => 10, relu)(inptu);
        let output = Dense(10 => 1)(hiden);
        Model(input => output)
    };
}
