use mlp::prelude::*;

fn main() {
    let _ = functional! { let x = Input(1); let y = Dense(1 => 4, relu, tanh)(x); let z = Dense(4 => 1)(y); Model(x => z) };
}
