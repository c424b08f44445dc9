use mlp::prelude::*;
use mlp::quantized::quantize;

fn main() {
    let layer = Dense::<2, 2, softmax>::from_parts([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0]);
    let _ = quantize(&layer, &[[1.0, 2.0]]);
}
