use mlp::prelude::*;

fn main() {
    let _ = functional! { Model(x => x) };
}
