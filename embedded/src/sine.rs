//! Program of every place: it predicts the sine, and trains a network on it. Floats are printed as their bits, so that the
//! lines of two places can be compared, and so that no program needs the code that formats floats.
//!
//! Lines that begin with a space are costs, which differ from place to place.

use core::array::from_fn;
use core::fmt::Write;
use core::hint::black_box;

use mlp::prelude::*;

use crate::networks::{SINE, SineNet};
use crate::{counted, measured};

const SAMPLES: usize = 50;
const STEPS: usize = 500;
/// Predictions whose instructions are counted together.
const REPEATS: u64 = 100;

/// Prints predictions, and the cost of one. Returns whether all are near the sine.
pub fn predict(output: &mut impl Write) -> bool {
    let mut right = true;
    for (x, sine) in [(0.5, 0.479_425_54), (1.0, 0.841_471), (4.0, -0.756_802_5), (6.0, -0.279_415_5)] {
        let found = SINE.predict_one([black_box(x)])[0];
        right &= (-0.01..0.01).contains(&(found - sine));
        let _ = writeln!(output, "prediction {:08x}", found.to_bits());
    }
    let (_, stack) = measured(|| SINE.predict_one([black_box(1.0)]));
    let instructions = counted(|| {
        for _ in 0..REPEATS {
            black_box(SINE.predict_one([black_box(1.0)]));
        }
    });
    let instructions = instructions / REPEATS;
    let _ = writeln!(output, " prediction: stack {stack} bytes, instructions {instructions}");
    right
}

/// Trains on samples of [`SINE`], and prints the bits of the losses and of a sum over all parameters, and the cost of a
/// step. Returns whether the loss fell.
pub fn train(output: &mut impl Write) -> bool {
    let x: [_; SAMPLES] = from_fn(|row| [row as f32 * 0.125]);
    let y = x.map(|sample| SINE.predict_one(sample));
    let (mut network, mut trainer) = (SineNet::new(1), Trainer::new(Adam::new(1e-2), MeanSquaredError));
    let mut step = || trainer.train_on_batch(&mut network, &x, &y).unwrap_or(f64::NAN);
    let (first, stack) = measured(&mut step);
    let mut last = first;
    let instructions = counted(|| last = step());
    for _ in 2..STEPS {
        last = step();
    }
    let sum = network.as_slice().iter().fold(0_u32, |sum, value| sum.rotate_left(5) ^ value.to_bits());
    let _ = writeln!(output, "first loss {:016x}, loss {:016x}, parameters {sum:08x}", first.to_bits(), last.to_bits());
    let _ = writeln!(output, " step: stack {stack} bytes, instructions {instructions}");
    let _ = writeln!(output, " trainer: {} bytes of {} parameters", size_of_val(&trainer), SineNet::COUNT);
    last < first / 10.0
}
