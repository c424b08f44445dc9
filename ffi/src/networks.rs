//! Networks of the library. The build script has this module too.

use mlp::prelude::*;

sequential! {
    /// Approximates sin on [0, 2π].
    pub struct Sine {
        Dense(1 => 10, relu),
        Dense(10 => 10, relu),
        Dense(10 => 1),
    }
}
mlp::export_c!(Sine, "sine");

functional! {
    /// Two inputs, two outputs, in double precision.
    pub struct Towers: f64 {
        let user = Input(3);
        let item = Input(2);
        let left = Dense(3 => 8, tanh)(user);
        let right = Dense(2 => 8, tanh)(item);
        let product = Multiply()(left, right);
        let score = Dense(8 => 1, sigmoid)(product);
        let similarity = Dot()(left, right);
        Model((user, item) => (score, similarity))
    }
}
mlp::export_c!(Towers, "towers");
