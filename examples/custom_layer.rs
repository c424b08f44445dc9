//! A custom layer: `y = factor · x`, with a trained factor for each feature.
//!
//! The layer is the 25 lines between the two rules. The rest trains it: the features of the data differ in scale by powers
//! of ten, and the layer learns to balance them.

use std::error::Error;

use mlp::prelude::*;
use nalgebra::{Const, Dyn, OMatrix, SVector};

// ---------------------------------------------------------------------------------------------------------------------
#[derive(Clone, Debug, PartialEq, Parameters)]
#[repr(C)]
struct Gain<const N: usize, T: Scalar = f32> {
    factors: SVector<T, N>,
}

impl<const N: usize, T: Scalar> Layer for Gain<N, T> {
    type Input = Features<N>;
    type Output = Features<N>;

    fn initialize(&mut self, _rng: &mut Rng) {
        self.factors.fill(T::one());
    }
    fn forward(&self, x: Tile<'_, T>, mut y: TileMut<'_, T>) {
        y.map_from(x, |feature, x| self.factors[feature] * x);
    }
    // dfactors += Σ dY ⊙ X,  dX = factors ⊙ dY
    fn backward(&self, pass: Backward<'_, Self>) {
        let (x, dy) = (pass.input, pass.output_gradient.as_tile());
        for i in 0..N {
            pass.gradient.factors[i] += x.feature(i).iter().zip(dy.feature(i)).map(|(&x, &dy)| x * dy).sum::<T>();
        }
        if let Some(dx) = pass.input_gradient {
            self.forward(dy, dx);
        }
    }
}
// ---------------------------------------------------------------------------------------------------------------------

sequential! {
    /// Predicts the sum of three features of different scales.
    struct Balanced {
        balance: Gain(3),
        Dense(3 => 8, tanh),
        Dense(8 => 1),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut rng = Rng::new(0);
    let scales = [10.0, 1.0, 0.1];
    let x = OMatrix::<f32, Dyn, Const<3>>::from_fn(512, |_, feature| (scales[feature] * rng.normal()) as f32);
    let y = OMatrix::<f32, Dyn, Const<1>>::from_fn(512, |row, _| {
        (0..3).map(|feature| x[(row, feature)] / scales[feature] as f32).sum::<f32>().sin()
    });

    let network = Balanced::new(0);
    println!("{}", network.summary());
    let mut model = network.compile(Adam::new(1e-2), MeanSquaredError);
    let history = model.fit(&x, &y, Fit::new().epochs(100).batch_size(64).verbose(Verbose::Silent))?;
    println!("loss {:.4} after one epoch, {:.4} after 100", history.loss()[0], history.loss()[99]);
    println!("factors {:.3?}", model.balance.factors.as_slice());
    Ok(())
}
