//! Normalization of observations by the statistics of all observations so far.

use std::marker::PhantomData;

use mlp_core::layers::{Features, Normalization};
use mlp_core::{DataError, Scalar};
use mlp_data::Moments;
use nalgebra::{Const, Dyn, OMatrix};

use crate::dataset::{Data, check};

/// Added to the variance, as in Gymnasium and Stable-Baselines3.
const EPSILON: f64 = 1e-8;

/// `(x − mean) / √(variance + 1e-8)`, feature by feature, clipped to ±10: the mean and the variance are those of all
/// observations so far.
///
/// Statistics are computed in double precision and merged batch by batch (Chan, Golub and LeVeque, "Algorithms for computing
/// the sample variance", 1983), so they do not depend on the sizes of the batches, except for rounding errors. Before the
/// first observation the mean is 0 and the variance 1. With the feature `serde` it can be saved. Gymnasium:
/// `NormalizeObservation`; Stable-Baselines3: `VecNormalize`.
///
/// A trained policy is deployed with a [`Normalization`] layer, which `Normalization::from(&normalizer)` creates.
///
/// ```
/// # mod mlp { pub mod reinforcement { pub use mlp_train::RunningNormalizer; } }
/// use mlp::reinforcement::RunningNormalizer;
///
/// let mut normalizer = RunningNormalizer::<2>::new();
/// normalizer.update(&[[1.0, 10.0], [3.0, 30.0]])?;
/// assert_eq!(normalizer.mean(), [2.0, 20.0]);
/// let observation = normalizer.normalize_one([3.0, 20.0]);
/// assert_eq!(observation, [1.0, 0.0]);
/// # Ok::<(), mlp_core::DataError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(into = "saved::Statistics", try_from = "saved::Statistics"))]
pub struct RunningNormalizer<const N: usize, T: Scalar = f32> {
    features: [Moments; N],
    clip: f64,
    scalar: PhantomData<T>,
}

impl<const N: usize, T: Scalar> Default for RunningNormalizer<N, T> {
    fn default() -> Self {
        Self { features: [Moments::default(); N], clip: 10.0, scalar: PhantomData }
    }
}

impl<const N: usize, T: Scalar> RunningNormalizer<N, T> {
    /// Creates a normalizer that has seen no observations.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the limit of normalized values. Defaults to 10; `f64::INFINITY` clips nothing.
    #[must_use]
    pub fn clip(self, clip: f64) -> Self {
        Self { clip, ..self }
    }

    /// Adds observations to the statistics.
    ///
    /// # Errors
    /// If there are no rows, a value is NaN or infinite, or a variance overflows. The statistics are left unchanged then.
    pub fn update(&mut self, x: &(impl Data<T, Features<N>> + ?Sized)) -> Result<(), DataError> {
        check::inputs(&x)?;
        let mut features = self.features;
        for (column, moments) in features.iter_mut().enumerate() {
            let values = (0..x.samples()).map(|sample| Scalar::to_f64(x.get(sample, column)));
            *moments = moments.merge(Moments::of(values));
            if !(moments.mean.is_finite() && moments.sum_of_squares.is_finite()) {
                return Err(DataError::VarianceOverflow { column });
            }
        }
        self.features = features;
        Ok(())
    }

    /// Returns the number of observations so far.
    pub fn count(&self) -> u64 {
        self.features.first().map_or(0, |moments| moments.count)
    }

    /// Returns the mean of each feature.
    pub fn mean(&self) -> [f64; N] {
        self.features.map(|moments| moments.mean)
    }

    /// Returns the (population) variance of each feature.
    pub fn variance(&self) -> [f64; N] {
        self.features.map(|moments| variance(&moments))
    }

    /// Normalizes one observation.
    pub fn normalize_one(&self, observation: [T; N]) -> [T; N] {
        std::array::from_fn(|column| self.normalize_value(column, observation[column]))
    }

    /// Normalizes observations, one row per observation.
    pub fn normalize(&self, x: &(impl Data<T, Features<N>> + ?Sized)) -> OMatrix<T, Dyn, Const<N>> {
        let value = |row, column| self.normalize_value(column, x.get(row, column));
        OMatrix::<T, Dyn, Const<N>>::from_fn_generic(Dyn(x.samples()), Const, value)
    }

    fn normalize_value(&self, column: usize, value: T) -> T {
        let moments = &self.features[column];
        let normalized = (Scalar::to_f64(value) - moments.mean) / (variance(moments) + EPSILON).sqrt();
        // Not `clamp`, which panics if the limit is negative or NaN.
        T::from_f64(if normalized.abs() > self.clip { self.clip.copysign(normalized) } else { normalized })
    }
}

fn variance(moments: &Moments) -> f64 {
    if moments.count == 0 { 1.0 } else { moments.variance() }
}

#[cfg(feature = "serde")]
mod saved {
    use super::{Moments, PhantomData, RunningNormalizer, Scalar};

    /// Contents of a saved normalizer.
    #[derive(serde::Serialize, serde::Deserialize)]
    pub(super) struct Statistics {
        count: u64,
        mean: Vec<f64>,
        sum_of_squares: Vec<f64>,
        /// `None` for no limit, because JSON has no infinity.
        clip: Option<f64>,
    }

    impl<const N: usize, T: Scalar> From<RunningNormalizer<N, T>> for Statistics {
        fn from(normalizer: RunningNormalizer<N, T>) -> Self {
            Self {
                count: normalizer.count(),
                mean: normalizer.mean().to_vec(),
                sum_of_squares: normalizer.features.iter().map(|moments| moments.sum_of_squares).collect(),
                clip: Some(normalizer.clip).filter(|clip| clip.is_finite()),
            }
        }
    }

    impl<const N: usize, T: Scalar> TryFrom<Statistics> for RunningNormalizer<N, T> {
        type Error = String;

        fn try_from(saved: Statistics) -> Result<Self, String> {
            let Statistics { count, mean, sum_of_squares, clip } = saved;
            for (name, values) in [("mean", &mean), ("sum_of_squares", &sum_of_squares)] {
                if values.len() != N {
                    return Err(format!("expected {N} features in {name}, found {}", values.len()));
                }
                if let Some(column) = values.iter().position(|value| !value.is_finite()) {
                    return Err(format!("{name}[{column}] is {}: every value must be finite", values[column]));
                }
            }
            if let Some(column) = sum_of_squares.iter().position(|&sum| sum < 0.0) {
                return Err(format!("sum_of_squares[{column}] is {}: expected at least 0", sum_of_squares[column]));
            }
            let feature = |column| Moments { count, mean: mean[column], sum_of_squares: sum_of_squares[column] };
            let clip = clip.unwrap_or(f64::INFINITY);
            Ok(Self { features: std::array::from_fn(feature), clip, scalar: PhantomData })
        }
    }
}

/// A layer with the same mean and variance, for networks that expect raw observations. It does not clip.
impl<const N: usize, T: Scalar> From<&RunningNormalizer<N, T>> for Normalization<N, T> {
    fn from(normalizer: &RunningNormalizer<N, T>) -> Self {
        Self {
            mean: normalizer.mean().map(T::from_f64).into(),
            variance: normalizer.variance().map(|variance| T::from_f64(variance + EPSILON)).into(),
        }
    }
}
