use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let x = Input(1);
        let a = Dense(1 => 1)(x);
        let sum = a + x;
        Model(x => sum)
    };
}
