//! Features of the same size, so that no one outweighs the others.

use core::marker::PhantomData;

use nalgebra::{Const, Dyn};

use super::PreprocessingError;
use crate::data::Batch;
use crate::scalar::Scalar;

/// `(x − mean) / standard deviation`, column by column. scikit-learn: `StandardScaler`.
///
/// A constant column becomes zeros. Statistics are in double precision for `f32` too. A scaler that has not been fitted
/// does not exist, and data with another number of columns does not compile.
///
/// ```
/// # use mlp_core::data::StandardScaler;
/// let x = nalgebra::OMatrix::<f64, nalgebra::Dyn, nalgebra::Const<2>>::from_row_slice(&[1.0, 10.0, 3.0, 30.0]);
/// let (scaler, scaled) = StandardScaler::fit_transform(&x)?;
/// assert_eq!(scaled, nalgebra::Matrix2::new(-1.0, -1.0, 1.0, 1.0));
/// assert_eq!(scaler.inverse_transform(&scaled), x);
/// # Ok::<(), mlp_core::data::PreprocessingError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct StandardScaler<T: Scalar, const COLUMNS: usize> {
    mean: Vec<f64>,
    scale: Vec<f64>,
    scalar: PhantomData<T>,
}

impl<T: Scalar, const COLUMNS: usize> StandardScaler<T, COLUMNS> {
    /// Takes the mean and the standard deviation (of the population) of each column.
    ///
    /// # Errors
    /// If there are no rows, a number is not finite, or the squares of a column are not.
    pub fn fit(x: &Batch<T, COLUMNS>) -> Result<Self, PreprocessingError> {
        check(x)?;
        let (mut mean, mut scale) = (Vec::with_capacity(COLUMNS), Vec::with_capacity(COLUMNS));
        for column in 0..COLUMNS {
            let (center, deviation) = moments(x, column);
            if !deviation.is_finite() {
                return Err(PreprocessingError::Range { column });
            }
            mean.push(center);
            scale.push(deviation);
        }
        Ok(Self { mean, scale, scalar: PhantomData })
    }
    /// Each column's mean. scikit-learn: `mean_`.
    pub fn mean(&self) -> &[f64] {
        &self.mean
    }
    /// Each column's standard deviation, 1 where it is constant. scikit-learn: `scale_`.
    pub fn scale(&self) -> &[f64] {
        &self.scale
    }
    fn forward(&self, column: usize, value: f64) -> f64 {
        (value - self.mean[column]) / self.scale[column]
    }
    fn backward(&self, column: usize, value: f64) -> f64 {
        value * self.scale[column] + self.mean[column]
    }
}

/// `from + (x − min) (to − from) / (max − min)`, column by column. scikit-learn: `MinMaxScaler`.
///
/// A constant column becomes `from`. Data beyond that which it was fitted to goes beyond the range.
#[derive(Clone, Debug, PartialEq)]
pub struct MinMaxScaler<T: Scalar, const COLUMNS: usize> {
    data_min: Vec<f64>,
    data_max: Vec<f64>,
    scale: Vec<f64>,
    min: Vec<f64>,
    scalar: PhantomData<T>,
}

impl<T: Scalar, const COLUMNS: usize> MinMaxScaler<T, COLUMNS> {
    /// Takes the smallest and largest number of each column, to become 0 and 1.
    ///
    /// # Errors
    /// If there are no rows, a number is not finite, or a column's range is not.
    pub fn fit(x: &Batch<T, COLUMNS>) -> Result<Self, PreprocessingError> {
        Self::fit_to_range(x, 0.0, 1.0)
    }
    /// Takes the smallest and largest number of each column, to become `from` and `to`. scikit-learn: `feature_range`.
    ///
    /// # Errors
    /// As for [`fit`](Self::fit), and if `from` is not less than `to`.
    pub fn fit_to_range(x: &Batch<T, COLUMNS>, from: f64, to: f64) -> Result<Self, PreprocessingError> {
        let width = to - from;
        if !(width > 0.0 && width.is_finite()) {
            return Err(PreprocessingError::FeatureRange { from, to });
        }
        check(x)?;
        let [mut data_min, mut data_max, mut scale, mut min] = [const { Vec::new() }; 4];
        for column in 0..COLUMNS {
            let (smallest, largest) = range(x, column);
            let distance = largest - smallest;
            // Below this, scikit-learn takes a distance for a rounding error in a constant column.
            let factor = width / if distance < 10.0 * T::epsilon().to_f64() { 1.0 } else { distance };
            let offset = from - smallest * factor;
            if !(distance.is_finite() && offset.is_finite()) {
                return Err(PreprocessingError::Range { column });
            }
            data_min.push(smallest);
            data_max.push(largest);
            scale.push(factor);
            min.push(offset);
        }
        Ok(Self { data_min, data_max, scale, min, scalar: PhantomData })
    }
    /// Each column's smallest number. scikit-learn: `data_min_`.
    pub fn data_min(&self) -> &[f64] {
        &self.data_min
    }
    /// Each column's largest number. scikit-learn: `data_max_`.
    pub fn data_max(&self) -> &[f64] {
        &self.data_max
    }
    fn forward(&self, column: usize, value: f64) -> f64 {
        value * self.scale[column] + self.min[column]
    }
    fn backward(&self, column: usize, value: f64) -> f64 {
        (value - self.min[column]) / self.scale[column]
    }
}

macro_rules! transform {
    ($($scaler:ident),*) => {$(
        impl<T: Scalar, const COLUMNS: usize> $scaler<T, COLUMNS> {
            /// Fits a scaler to data and scales them.
            ///
            /// # Errors
            /// As for [`fit`](Self::fit).
            pub fn fit_transform(x: &Batch<T, COLUMNS>) -> Result<(Self, Batch<T, COLUMNS>), PreprocessingError> {
                let scaler = Self::fit(x)?;
                let scaled = scaler.transform(x);
                Ok((scaler, scaled))
            }
            /// Data of the same kind, scaled as those that this was fitted to.
            pub fn transform(&self, x: &Batch<T, COLUMNS>) -> Batch<T, COLUMNS> {
                each(x, |column, value| self.forward(column, value))
            }
            /// Scaled data as they were before.
            pub fn inverse_transform(&self, x: &Batch<T, COLUMNS>) -> Batch<T, COLUMNS> {
                each(x, |column, value| self.backward(column, value))
            }
            /// One sample, scaled: what `predict_one` takes.
            pub fn transform_one(&self, sample: [T; COLUMNS]) -> [T; COLUMNS] {
                core::array::from_fn(|column| T::from_f64(self.forward(column, sample[column].to_f64())))
            }
            /// One scaled sample as it was before: a prediction, where targets were scaled.
            pub fn inverse_transform_one(&self, sample: [T; COLUMNS]) -> [T; COLUMNS] {
                core::array::from_fn(|column| T::from_f64(self.backward(column, sample[column].to_f64())))
            }
        }
    )*};
}

transform!(StandardScaler, MinMaxScaler);

fn each<T: Scalar, const COLUMNS: usize>(
    x: &Batch<T, COLUMNS>,
    formula: impl Fn(usize, f64) -> f64,
) -> Batch<T, COLUMNS> {
    let value = |row, column| T::from_f64(formula(column, x[(row, column)].to_f64()));
    Batch::from_fn_generic(Dyn(x.nrows()), Const, value)
}

fn check<T: Scalar, const COLUMNS: usize>(x: &Batch<T, COLUMNS>) -> Result<(), PreprocessingError> {
    if x.nrows() == 0 {
        return Err(PreprocessingError::NoRows);
    }
    let places = (0..x.nrows()).flat_map(|row| (0..COLUMNS).map(move |column| (row, column)));
    match places.map(|place| (place, x[place])).find(|(_, value)| !value.is_finite()) {
        Some(((row, column), value)) => Err(PreprocessingError::NotFinite { row, column, value: value.to_f64() }),
        None => Ok(()),
    }
}

fn numbers<T: Scalar, const COLUMNS: usize>(x: &Batch<T, COLUMNS>, column: usize) -> impl Iterator<Item = f64> {
    let start = column * x.nrows();
    x.as_slice()[start..start + x.nrows()].iter().map(|&value| value.to_f64())
}

/// The smallest and the largest number.
fn range<T: Scalar, const COLUMNS: usize>(x: &Batch<T, COLUMNS>, column: usize) -> (f64, f64) {
    numbers(x, column).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
}

/// The mean, and the standard deviation or 1 for a constant column.
///
/// The sum of differences to a rounded mean is not zero; taking its square out corrects the variance (Chan, Golub and
/// LeVeque, "Algorithms for computing the sample variance", 1983). A variance below that algorithm's bound on the error
/// is a constant's, as in scikit-learn.
fn moments<T: Scalar, const COLUMNS: usize>(x: &Batch<T, COLUMNS>, column: usize) -> (f64, f64) {
    let count = x.nrows() as f64;
    let numbers = || numbers(x, column);
    let mean = numbers().sum::<f64>() / count;
    let (first, second) = numbers().fold((0.0, 0.0), |(first, second), value| {
        let difference = value - mean;
        (first + difference, second + difference * difference)
    });
    let variance = (second - first * first / count) / count;
    let bound = count * f64::EPSILON * variance + (count * mean * f64::EPSILON).powi(2);
    (mean, if variance.is_finite() && variance <= bound { 1.0 } else { variance.sqrt() })
}
