//! All macros, through a library that re-exports `mlp`.

use umbrella::network::prelude::*;

umbrella::network::sequential! {
    struct Chain { Dense(1 => 3, tanh), Dense(3 => 1) }
}

fn main() {
    let _ = Chain::new(0);
    let _ = functional! { let x = Input(1); let y = Add()(x, x); let z = Dense(1 => 1)(y); Model(x => z) };
}
