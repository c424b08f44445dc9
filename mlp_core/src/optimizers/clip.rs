//! Gradient clipping.

use core::ops::Range;

use super::Clip;
use crate::scalar::Scalar;

/// Clips the gradient of the trainable parameters in place.
pub(super) fn clip_gradient<T: Scalar>(clip: Clip, gradient: &mut [T], trainable_ranges: &[Range<usize>]) {
    match clip {
        Clip::Norm(max) if max > 0.0 => {
            for range in trainable_ranges {
                let squared = norm_squared(&gradient[range.clone()]);
                limit_norm(&mut gradient[range.clone()], squared, max);
            }
        }
        Clip::GlobalNorm(max) if max > 0.0 => {
            let squared = trainable_ranges.iter().map(|range| norm_squared(&gradient[range.clone()])).sum();
            for range in trainable_ranges {
                limit_norm(&mut gradient[range.clone()], squared, max);
            }
        }
        Clip::Value(max) if max > 0.0 => {
            for range in trainable_ranges {
                T::clip(&mut gradient[range.clone()], max);
            }
        }
        _ => {}
    }
}

fn norm_squared<T: Scalar>(gradient: &[T]) -> f64 {
    T::dot(gradient, gradient)
}

/// `g ← g · min(1, c / ‖g‖)`
fn limit_norm<T: Scalar>(gradient: &mut [T], norm_squared: f64, max: f64) {
    let norm = norm_squared.sqrt();
    if norm > max {
        T::scale(gradient, max / norm);
    }
}
