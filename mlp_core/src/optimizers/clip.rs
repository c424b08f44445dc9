use core::ops::Range;

use crate::scalar::Scalar;

/// A limit to the gradient. One that is not above zero is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Clip {
    /// To the norm of the gradient by each variable: the weights, or the bias, of one layer.
    Norm(f64),
    /// To each number's magnitude.
    Value(f64),
    /// To the norm of the whole gradient.
    GlobalNorm(f64),
}

impl Clip {
    /// Clips a gradient where it is, by the variables alone.
    pub(super) fn limit<T: Scalar>(self, gradient: &mut [T], variables: &[Range<usize>]) {
        match self {
            Self::Norm(most) if most > 0.0 => {
                for variable in variables {
                    let squared = norm_squared(&gradient[variable.clone()]);
                    shorten(&mut gradient[variable.clone()], squared, most);
                }
            }
            Self::GlobalNorm(most) if most > 0.0 => {
                let squared = variables.iter().map(|variable| norm_squared(&gradient[variable.clone()])).sum();
                for variable in variables {
                    shorten(&mut gradient[variable.clone()], squared, most);
                }
            }
            Self::Value(most) if most > 0.0 => {
                for variable in variables {
                    T::clip(&mut gradient[variable.clone()], most);
                }
            }
            _ => {}
        }
    }
}

fn norm_squared<T: Scalar>(gradient: &[T]) -> f64 {
    T::dot(gradient, gradient)
}

/// `g ← g · min(1, c / ‖g‖)`
fn shorten<T: Scalar>(gradient: &mut [T], norm_squared: f64, most: f64) {
    let norm = norm_squared.sqrt();
    if norm > most {
        T::scale(gradient, most / norm);
    }
}
