use mlp::prelude::*;

fn main() {
    let _ = functional! { let x = Input(1); let type = Dense(1 => 1)(x); Model(x => type) };
}
