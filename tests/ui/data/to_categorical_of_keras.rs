use mlp::prelude::*;

fn main() {
    let y = to_categorical(&[0, 1, 2], 3);
    println!("{y}");
}
