use mlp::prelude::*;

fn main() {
    let n = 3;
    let _ = functional! { let x = Input(n); let y = Dense(n => 1)(x); Model(x => y) };
}
