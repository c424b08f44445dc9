use core::ops::Range;

use num_traits::Float as _;

use crate::each_scalar;
use crate::scalar::Scalar;

/// Gradient clipping. A limit of at most 0 disables it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Clip {
    /// Limit of the norm of the gradient of each variable: the weights, or the bias, of one layer.
    Norm(f64),
    /// Limit of the magnitude of each element.
    Value(f64),
    /// Limit of the norm of the whole gradient.
    GlobalNorm(f64),
}

impl Clip {
    /// Clips a gradient in place, in the given ranges.
    #[doc(hidden)]
    pub fn limit<T: Scalar>(self, gradient: &mut [T], ranges: &[Range<usize>]) {
        T::select::<Limit>()(self, gradient, ranges);
    }

    fn limit_ranges<T: Scalar>(self, gradient: &mut [T], ranges: &[Range<usize>]) {
        match self {
            Self::Norm(max) if max > 0.0 => {
                for range in ranges {
                    let squared = norm_squared(&gradient[range.clone()]);
                    shorten(&mut gradient[range.clone()], squared, max);
                }
            }
            Self::GlobalNorm(max) if max > 0.0 => {
                let squared = ranges.iter().map(|range| norm_squared(&gradient[range.clone()])).sum();
                for range in ranges {
                    shorten(&mut gradient[range.clone()], squared, max);
                }
            }
            Self::Value(max) if max > 0.0 => {
                for range in ranges {
                    T::clip(&mut gradient[range.clone()], max);
                }
            }
            _ => {}
        }
    }
}

each_scalar! {
    /// The function that clips a gradient.
    Limit<T>: fn(Clip, &mut [T], &[Range<usize>]) = Clip::limit_ranges
}

fn norm_squared<T: Scalar>(gradient: &[T]) -> f64 {
    T::dot(gradient, gradient)
}

// g ← g · min(1, c / ‖g‖)
fn shorten<T: Scalar>(gradient: &mut [T], norm_squared: f64, max: f64) {
    let norm = norm_squared.sqrt();
    if norm > max {
        T::scale(gradient, max / norm);
    }
}
