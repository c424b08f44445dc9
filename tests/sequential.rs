//! What `sequential!` writes, used.

use mlp::__private::{Backward, Buffer, Layer, Mode};
use mlp::{Dense, Generator, Network, Parameters, Summary, relu, sequential};

sequential! {
    /// Approximates sin on [0, 2π].
    pub struct SineNet {
        Dense(1 => 10, relu),
        hidden: Dense(10 => 10, relu),
        Dense(10 => 1),
    }
}

#[test]
fn first() {
    let model = sequential![Dense(1 => 10, relu), hidden: Dense(10 => 10, relu), Dense(10 => 1)];
    assert_eq!(model.as_slice().len(), 141);
    let net = SineNet::new(1);
    assert_eq!(net.hidden.weights.len(), 100);
}
