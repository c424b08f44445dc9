use mlp::*;

fn main() {
    let model = sequential![PeriodicEmbedding(2 => 21, PeriodicInputs<2>, period = 2.0), Dense(21 => 1)];
    println!("{:?}", model.as_slice());
}
