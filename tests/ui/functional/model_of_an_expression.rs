use mlp::prelude::*;

fn main() {
    let _ = functional! { let x = Input(1); Model(x => Dense(1 => 1)(x)) };
}
