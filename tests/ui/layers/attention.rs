use mlp::prelude::*;

fn main() {
    let _ = sequential![MultiHeadAttention(8), Dense(8 => 1)];
}
