use mlp::*;

fn main() {
    let x = linspace(0.0_f64, 1.0, 100);
    let network = sequential![Dense(1 => 1)];
    println!("{:?}", network.predict(&x));
}
