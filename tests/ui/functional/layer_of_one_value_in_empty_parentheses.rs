use mlp::prelude::*;

fn main() {
    let _ = functional! { let x = Input(4); let y = Dropout()(x); let z = Dense(4 => 1)(y); Model(x => z) };
}
