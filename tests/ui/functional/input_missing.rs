use mlp::prelude::*;

fn main() {
    let _ = functional! { let y = Dense(1 => 1)(x); Model(x => y) };
}
