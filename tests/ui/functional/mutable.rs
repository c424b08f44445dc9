use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let x = Input(1);
        let mut output = Dense(1 => 1)(x);
        Model(x => output)
    };
}
