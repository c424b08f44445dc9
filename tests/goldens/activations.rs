//! Activations and their derivatives against Keras.

use mlp::prelude::*;
use mlp::{Buffer, TileBuffer as _};

use crate::golden::{Golden, mixed_difference};

/// Compares `f` and `f'` of an activation at the points of the file.
fn check_activation<A: ActivationFunction<f64>>(name: &str) {
    let golden = Golden::read("activations");
    let z = golden.get("z");
    let buffer = || Buffer::new(1, z.len());
    let (mut before, mut after, mut gradient) = (buffer(), buffer(), buffer());
    before.tile_mut(1, z.len()).feature(0).copy_from_slice(z);
    after.tile_mut(1, z.len()).copy_from(before.tile(1, z.len()));
    gradient.tile_mut(1, z.len()).feature(0).fill(1.0);
    A::forward(after.tile_mut(1, z.len()));
    let (before, after) = (before.tile(1, z.len()), after.tile(1, z.len()));
    A::backward(A::KEEPS_INPUT.then_some(before), after, gradient.tile_mut(1, z.len()));

    for (part, ours) in [("value", after.feature(0)), ("derivative", gradient.tile(1, z.len()).feature(0))] {
        let difference = mixed_difference(ours, golden.get(&format!("{name}.{part}")));
        println!("{name}.{part}: {difference:.1e}");
        assert!(difference <= 1e-12, "{name}.{part} differs by {difference:e}");
    }
}

macro_rules! activations {
    ($($activation:ident = $keras:literal;)*) => {$(
        #[test]
        fn $activation() {
            check_activation::<mlp::activations::$activation>($keras);
        }
    )*};
}

activations! {
    identity = "linear";
    relu = "relu";
    leaky_relu = "leaky_relu";
    elu = "elu";
    selu = "selu";
    gelu = "gelu";
    silu = "silu";
    softplus = "softplus";
    softsign = "softsign";
    tanh = "tanh";
    sigmoid = "sigmoid";
    hard_sigmoid = "hard_sigmoid";
    exponential = "exponential";
}

/// Compares softmax and a vector-Jacobian product.
#[test]
fn softmax() {
    let golden = Golden::read("activations");
    let (logits, cotangent) = (golden.rows::<4>("softmax.logits"), golden.rows::<4>("softmax.cotangent"));
    let (mut values, mut gradient) = (Buffer::new(4, logits.len()), Buffer::new(4, logits.len()));
    for feature in 0..4 {
        let column = |rows: &[[f64; 4]]| rows.iter().map(|row| row[feature]).collect::<Vec<_>>();
        values.tile_mut(4, logits.len()).feature(feature).copy_from_slice(&column(&logits));
        gradient.tile_mut(4, logits.len()).feature(feature).copy_from_slice(&column(&cotangent));
    }
    mlp::activations::softmax::forward(values.tile_mut(4, logits.len()));
    mlp::activations::softmax::backward(None, values.tile(4, logits.len()), gradient.tile_mut(4, logits.len()));

    for (part, ours) in [("value", values), ("vjp", gradient)] {
        let tile = ours.tile(4, logits.len());
        let rows = (0..logits.len()).flat_map(|row| (0..4).map(move |feature| tile.feature(feature)[row]));
        let difference = mixed_difference(&rows.collect::<Vec<_>>(), golden.get(&format!("softmax.{part}")));
        println!("softmax.{part}: {difference:.1e}");
        assert!(difference <= 1e-12, "softmax.{part} differs by {difference:e}");
    }
}
