use mlp::*;

fn main() {
    let network = sequential![Dense(3 => 1)];
    println!("{:?}", network.predict(&[[1.0_f32, 2.0]]));
}
