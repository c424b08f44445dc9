use mlp::*;

fn main() {
    let model = sequential![PeriodicEmbedding(2 => 20, PeriodicInputs<0>, period = 2.0), Dense(20 => 1)];
    println!("{:?}", model.as_slice());
}
