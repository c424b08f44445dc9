use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let x = Input(1);
        let output = Dense(1 => 1)(Input(1));
        Model(x => output)
    };
}
