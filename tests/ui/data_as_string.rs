use mlp::*;

fn main() {
    let network = sequential![Dense(1 => 1)];
    println!("{:?}", network.predict("1.0 2.0 3.0"));
}
