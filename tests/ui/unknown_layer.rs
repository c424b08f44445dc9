use mlp::*;

fn main() {
    let model = sequential![Dens(1 => 10, relu), Dense(10 => 1)];
    println!("{:?}", model.as_slice());
}
