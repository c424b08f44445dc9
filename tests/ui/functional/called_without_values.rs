use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let input = Input(1);
        let output = Dense(1 => 1)();
        Model(input => output)
    };
}
