//! Feature scaling: `StandardScaler`, `MinMaxScaler`.

use core::marker::PhantomData;

use nalgebra::{Const, Dyn};

use super::moments::Moments;
use crate::Batch;
use crate::error::PreprocessingError;
use mlp_core::Scalar;

/// `(x − mean) / standard deviation`, column by column. scikit-learn: `StandardScaler`.
///
/// A constant column becomes zeros. Statistics are computed in double precision, for `f32` too. A value of this type is
/// always fitted, and data with a different number of columns does not compile.
///
/// ```
/// # use mlp_data::StandardScaler;
/// let x = nalgebra::OMatrix::<f64, nalgebra::Dyn, nalgebra::Const<2>>::from_row_slice(&[1.0, 10.0, 3.0, 30.0]);
/// let (scaler, scaled) = StandardScaler::fit_transform(&x)?;
/// assert_eq!(scaled, nalgebra::Matrix2::new(-1.0, -1.0, 1.0, 1.0));
/// assert_eq!(scaler.inverse_transform(&scaled), x);
/// # Ok::<(), mlp_data::PreprocessingError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct StandardScaler<T: Scalar, const COLUMNS: usize> {
    mean: Vec<f64>,
    scale: Vec<f64>,
    scalar: PhantomData<T>,
}

impl<T: Scalar, const COLUMNS: usize> StandardScaler<T, COLUMNS> {
    /// Computes the mean and the (population) standard deviation of each column.
    ///
    /// # Errors
    /// Returns an error if there are no rows, a value is not finite, or the variance of a column overflows.
    pub fn fit(x: &Batch<T, COLUMNS>) -> Result<Self, PreprocessingError> {
        check_finite(x)?;
        let mut mean = Vec::with_capacity(COLUMNS);
        let mut scale = Vec::with_capacity(COLUMNS);
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
    /// Returns the mean of each column. scikit-learn: `mean_`.
    pub fn mean(&self) -> &[f64] {
        &self.mean
    }
    /// Returns the standard deviation of each column, 1 for a constant column. scikit-learn: `scale_`.
    pub fn scale(&self) -> &[f64] {
        &self.scale
    }
    fn forward(&self, column: usize, value: f64) -> f64 {
        (value - self.mean[column]) / self.scale[column]
    }
    fn inverse(&self, column: usize, value: f64) -> f64 {
        value * self.scale[column] + self.mean[column]
    }
}

/// `from + (x − min) (to − from) / (max − min)`, column by column. scikit-learn: `MinMaxScaler`.
///
/// A constant column becomes `from`. New values outside the fitted range are scaled to values outside `from..to`.
#[derive(Clone, Debug, PartialEq)]
pub struct MinMaxScaler<T: Scalar, const COLUMNS: usize> {
    data_min: Vec<f64>,
    data_max: Vec<f64>,
    scale: Vec<f64>,
    min: Vec<f64>,
    scalar: PhantomData<T>,
}

impl<T: Scalar, const COLUMNS: usize> MinMaxScaler<T, COLUMNS> {
    /// Computes the min and max of each column, which become 0 and 1.
    ///
    /// # Errors
    /// Returns an error if there are no rows, a value is not finite, or the range of a column overflows.
    pub fn fit(x: &Batch<T, COLUMNS>) -> Result<Self, PreprocessingError> {
        Self::fit_to_range(x, 0.0, 1.0)
    }
    /// Computes the min and max of each column, which become `from` and `to`. scikit-learn: `feature_range`.
    ///
    /// # Errors
    /// Returns the errors of [`fit`](Self::fit), and an error if `from` is not less than `to`.
    pub fn fit_to_range(x: &Batch<T, COLUMNS>, from: f64, to: f64) -> Result<Self, PreprocessingError> {
        let width = to - from;
        if !(width > 0.0 && width.is_finite()) {
            return Err(PreprocessingError::FeatureRange { from, to });
        }
        check_finite(x)?;
        let [mut data_min, mut data_max, mut scale, mut min] = [const { Vec::new() }; 4];
        for column in 0..COLUMNS {
            let (column_min, column_max) = range(x, column);
            let distance = column_max - column_min;
            // As in scikit-learn, a smaller distance is a rounding error in a constant column.
            let factor = width / if distance < 10.0 * T::epsilon().to_f64() { 1.0 } else { distance };
            let offset = from - column_min * factor;
            if !(distance.is_finite() && offset.is_finite()) {
                return Err(PreprocessingError::Range { column });
            }
            data_min.push(column_min);
            data_max.push(column_max);
            scale.push(factor);
            min.push(offset);
        }
        Ok(Self { data_min, data_max, scale, min, scalar: PhantomData })
    }
    /// Returns the min of each column. scikit-learn: `data_min_`.
    pub fn data_min(&self) -> &[f64] {
        &self.data_min
    }
    /// Returns the max of each column. scikit-learn: `data_max_`.
    pub fn data_max(&self) -> &[f64] {
        &self.data_max
    }
    fn forward(&self, column: usize, value: f64) -> f64 {
        value * self.scale[column] + self.min[column]
    }
    fn inverse(&self, column: usize, value: f64) -> f64 {
        (value - self.min[column]) / self.scale[column]
    }
}

macro_rules! transform {
    ($($scaler:ident),*) => {$(
        impl<T: Scalar, const COLUMNS: usize> $scaler<T, COLUMNS> {
            /// Fits a scaler to `x` and scales `x`.
            ///
            /// # Errors
            /// Returns the errors of [`fit`](Self::fit).
            pub fn fit_transform(x: &Batch<T, COLUMNS>) -> Result<(Self, Batch<T, COLUMNS>), PreprocessingError> {
                let scaler = Self::fit(x)?;
                let scaled = scaler.transform(x);
                Ok((scaler, scaled))
            }
            /// Scales data with the fitted statistics.
            pub fn transform(&self, x: &Batch<T, COLUMNS>) -> Batch<T, COLUMNS> {
                map_columns(x, |column, value| self.forward(column, value))
            }
            /// Undoes [`transform`](Self::transform).
            pub fn inverse_transform(&self, x: &Batch<T, COLUMNS>) -> Batch<T, COLUMNS> {
                map_columns(x, |column, value| self.inverse(column, value))
            }
            /// Scales one sample, as input of `predict_one`.
            pub fn transform_one(&self, sample: [T; COLUMNS]) -> [T; COLUMNS] {
                core::array::from_fn(|column| T::from_f64(self.forward(column, sample[column].to_f64())))
            }
            /// Undoes [`transform_one`](Self::transform_one), such as for a prediction of scaled targets.
            pub fn inverse_transform_one(&self, sample: [T; COLUMNS]) -> [T; COLUMNS] {
                core::array::from_fn(|column| T::from_f64(self.inverse(column, sample[column].to_f64())))
            }
        }
    )*};
}

transform!(StandardScaler, MinMaxScaler);

fn map_columns<T: Scalar, const COLUMNS: usize>(
    x: &Batch<T, COLUMNS>,
    formula: impl Fn(usize, f64) -> f64,
) -> Batch<T, COLUMNS> {
    let value = |row, column| T::from_f64(formula(column, x[(row, column)].to_f64()));
    Batch::from_fn_generic(Dyn(x.nrows()), Const, value)
}

fn check_finite<T: Scalar, const COLUMNS: usize>(x: &Batch<T, COLUMNS>) -> Result<(), PreprocessingError> {
    if x.nrows() == 0 {
        return Err(PreprocessingError::NoRows);
    }
    for row in 0..x.nrows() {
        for column in 0..COLUMNS {
            let value = x[(row, column)];
            if !value.is_finite() {
                return Err(PreprocessingError::NotFinite { row, column, value: value.to_f64() });
            }
        }
    }
    Ok(())
}

fn values<T: Scalar, const COLUMNS: usize>(
    x: &Batch<T, COLUMNS>,
    column: usize,
) -> impl ExactSizeIterator<Item = f64> + Clone {
    let start = column * x.nrows();
    x.as_slice()[start..start + x.nrows()].iter().map(|&value| value.to_f64())
}

/// Returns the min and max of a column.
fn range<T: Scalar, const COLUMNS: usize>(x: &Batch<T, COLUMNS>, column: usize) -> (f64, f64) {
    values(x, column).fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), value| (min.min(value), max.max(value)))
}

/// Returns the mean and the standard deviation of a column, with a deviation of 1 for a constant column.
///
/// As in scikit-learn, a column is constant if its variance is below the error bound of the algorithm.
fn moments<T: Scalar, const COLUMNS: usize>(x: &Batch<T, COLUMNS>, column: usize) -> (f64, f64) {
    let moments = Moments::of(values(x, column));
    let (mean, variance) = (moments.mean, moments.variance());
    let count = moments.count as f64;
    let bound = count * f64::EPSILON * variance + (count * mean * f64::EPSILON).powi(2);
    (mean, if variance.is_finite() && variance <= bound { 1.0 } else { variance.sqrt() })
}
