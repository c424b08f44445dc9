use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let x = Input(4);
        let output = Dense(1 => 1)(x[2..2]);
        Model(x => output)
    };
}
