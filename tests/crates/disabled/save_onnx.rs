//! `onnx`

use mlp::prelude::*;

fn main() {
    let network = sequential![Dense(1 => 1)];
    let _ = network.save_onnx("net.onnx");
}
