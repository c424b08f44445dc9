use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let x = Input(1);
        for _ in 0..3 {
        x = Dense(1 => 1)(x);
        }
        Model(x => x)
    };
}
