use mlp::prelude::*;

fn main() {
    let _ = functional! { let x = Input(28, 28); let y = Dense(784 => 1)(x); Model(x => y) };
}
