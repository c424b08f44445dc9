//! A network in floats, and the same network in 8-bit integers: results and costs.

use core::fmt::Write;
use core::hint::black_box;

use mlp::prelude::*;
use mlp::quantized::quantize;

use crate::counted;

sequential! {
    /// Sizes of a network for digits of 8 by 8 pixels.
    pub struct Digits { Dense(64 => 32, relu), Dense(32 => 10) }
}

/// The weights differ, but mean nothing.
static DIGITS: Digits = Digits {
    dense_1: Dense::from_parts(weights(0.02), [0.1; 32]),
    dense_2: Dense::from_parts(weights(0.05), [0.0; 10]),
};

/// Returns weights from -6 to 6 times `scale`.
const fn weights<const OUT: usize, const IN: usize>(scale: f32) -> [[f32; OUT]; IN] {
    let mut weights = [[0.0; OUT]; IN];
    let mut index = 0;
    while index < IN * OUT {
        let random = (index as u32 + 1).wrapping_mul(2_654_435_769) >> 16;
        weights[index / OUT][index % OUT] = scale * (random % 13) as f32 - 6.0 * scale;
        index += 1;
    }
    weights
}

/// Returns pixels from 0 to 1.
fn image(seed: usize) -> [f32; 64] {
    core::array::from_fn(|pixel| ((pixel * 7 + seed * 11) % 16) as f32 / 16.0)
}

/// Prints outputs in integers, and the costs of both networks. Returns whether the outputs agree.
pub fn predict(output: &mut impl Write) -> bool {
    let samples = [image(1), image(2), image(3), image(4)];
    let Ok(network) = quantize((&DIGITS.dense_1, &DIGITS.dense_2), &samples) else { return false };
    let step = network.output_scale();
    let mut right = true;
    for sample in samples {
        let (exact, found) = (DIGITS.predict_one(sample), network.predict_one(sample));
        // Rounding adds up to a few steps.
        right &= exact.amax() > 20.0 * step;
        right &= exact.iter().zip(found).all(|(exact, found)| (-6.0 * step..6.0 * step).contains(&(exact - found)));
        let _ = writeln!(output, "outputs {:?}", network.predict_quantized(&sample.map(|x| (x * 127.0) as i8)));
    }
    let pixels = black_box(image(1));
    let floats = counted(|| {
        black_box(DIGITS.predict_one(pixels));
    });
    let bytes = black_box(pixels.map(|x| (x * 127.0) as i8));
    let integers = counted(|| {
        black_box(network.predict_quantized(&bytes));
    });
    let _ = writeln!(output, " floats: {floats} instructions, {} bytes", size_of_val(&DIGITS));
    let _ = writeln!(output, " integers: {integers} instructions, {} bytes", size_of_val(&network));
    right
}
