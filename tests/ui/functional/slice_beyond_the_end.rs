use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let x = Input(4);
        let output = Dense(3 => 1)(x[2..5]);
        Model(x => output)
    };
}
