use mlp::*;

fn main() {
    let model = sequential![FourierFeatures(2 => 65, scale = 10.0), Dense(65 => 1)];
    println!("{:?}", model.as_slice());
}
