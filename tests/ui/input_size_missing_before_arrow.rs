use mlp::*;

fn main() {
    let model = sequential![Dense(=> 10), Dense(10 => 1)];
    println!("{:?}", model.as_slice());
}
