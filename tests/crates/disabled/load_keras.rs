//! `keras`

use mlp::prelude::*;

fn main() {
    let mut network = sequential![Dense(1 => 1)];
    let _ = network.load_keras("net.keras");
}
