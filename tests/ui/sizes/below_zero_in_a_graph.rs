use mlp::prelude::*;

fn main() {
    const N: usize = 1;
    let _ = functional! { let x = Input(N - 2); let y = Dense(N - 2 => 1)(x); Model(x => y) };
}
