use mlp::prelude::*;

fn main() {
    let _ = sequential![let hidden = Dense(1 => 10), Dense(10 => 1)];
}
