use mlp::prelude::*;

fn main() {
    let model = sequential![Dense(1 => 2)];
    println!("{}", 2 * model.num_params());
}
