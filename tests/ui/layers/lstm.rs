use mlp::prelude::*;

fn main() {
    let _ = sequential![LSTM(10 => 32), Dense(32 => 1)];
}
