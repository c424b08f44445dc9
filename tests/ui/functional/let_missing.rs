use mlp::prelude::*;

fn main() {
    let _ = functional! { let x = Input(1); y = Dense(1 => 1)(x); Model(x => y) };
}
