use mlp::*;

fn main() {
    let model = sequential![PeriodicEmbedding(2 => 1, PeriodicInputs<0>, period = 2.0), Dense(1 => 1)];
    println!("{:?}", model.as_slice());
}
