use mlp::prelude::*;
use mlp::quantized::quantize;

fn main() {
    let first = Dense::<2, 3, relu>::from_parts([[1.0; 3]; 2], [0.0; 3]);
    let second = Dense::<4, 1>::from_parts([[1.0]; 4], [0.0]);
    let _ = quantize((&first, &second), &[[1.0, 2.0]]);
}
