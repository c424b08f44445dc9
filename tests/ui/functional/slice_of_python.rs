use mlp::prelude::*;

fn main() {
    let _ = functional! { let x = Input(4); let y = Dense(2 => 1)(x[:, 0:2]); Model(x => y) };
}
