use mlp::*;

fn main() {
    let model = sequential![Dense(units = 10, activation = relu), Dense(10 => 1)];
    println!("{:?}", model.as_slice());
}
