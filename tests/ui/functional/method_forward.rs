use mlp::prelude::*;

fn main() {
    let _ = functional! { let x = Input(1); let l = Dense(1 => 1); let y = l.forward(x); Model(x => y) };
}
