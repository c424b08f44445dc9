use mlp::prelude::*;

fn main() {
    let _ = functional! { let x = Input(1); let y = Dense(1 => 1)(z); Model(x => y) };
}
