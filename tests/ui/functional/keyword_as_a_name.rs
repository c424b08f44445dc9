use mlp::prelude::*;

fn main() {
    let _ = functional! { let in = Input(1); let y = Dense(1 => 1)(in); Model(in => y) };
}
