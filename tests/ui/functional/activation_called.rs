use mlp::prelude::*;

fn main() {
    let _ = functional! { let x = Input(1); let h = Dense(1 => 4)(x); let y = relu(h); let z = Dense(4 => 1)(y); Model(x => z) };
}
