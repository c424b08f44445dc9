use mlp::prelude::*;

const WIDTH: usize = 4;

fn main() {
    let _ = functional! {
        let x = Input(WIDTH);
        let output = Dense(3 => 1)(x[2..5]);
        Model(x => output)
    };
}
