use mlp::*;

fn main() {
    let model = sequential![Dense(1 => 10, init = he_normal, init = zeros)];
    println!("{:?}", model.as_slice());
}
