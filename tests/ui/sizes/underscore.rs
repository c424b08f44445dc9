use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(_ => 3)];
}
