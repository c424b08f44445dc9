use mlp::prelude::*;

fn main() {
    let _ = functional! { let a = Input(1); let b = Input(1); let c = concatenate(a, b); let y = Dense(2 => 1)(c); Model((a, b) => y) };
}
