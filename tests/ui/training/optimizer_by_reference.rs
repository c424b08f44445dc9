use mlp::prelude::*;

fn main() {
    let adam = Adam::new(1e-3);
    let _ = sequential![Dense(1 => 1)].compile(&adam, MeanSquaredError);
}
