use mlp::prelude::*;

fn main() {
    const N: i32 = 1;
    let _ = functional! { let x = Input(N); let y = Dense(N => 1)(x); Model(x => y) };
}
