use mlp::prelude::*;

const WIDTH: usize = 4;

fn main() {
    let _ = functional! {
        let x = Input(WIDTH);
        let y = Dense(WIDTH => WIDTH)(x);
        let tail = y[2..5];
        Model(x => tail)
    };
}
