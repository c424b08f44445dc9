use mlp::prelude::*;
use mlp::reinforcement::{Categorical, PolicyTape};

fn main() {
    let logits = [[0.1_f32, 0.2, 0.7]; 4];
    let mut policy = PolicyTape::new(Categorical::<3>::new());
    let actions = policy.sample(&logits, &mut Rng::new(0)).unwrap();
    let _ = actions.backward(&[[1.0_f32]; 4], &[0.0; 4]);
}
