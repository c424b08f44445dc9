use mlp::prelude::*;
use mlp::reinforcement::{Categorical, PolicyTape};

fn main() {
    let network = sequential![Dense(2 => 8, relu), Dense(8 => 3)];
    let outputs = network.predict(&[[0.1, 0.2]; 4]).unwrap();
    let mut policy = PolicyTape::new(Categorical::<4>::new());
    let _ = policy.sample(&outputs, &mut Rng::new(0));
}
