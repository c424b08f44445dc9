use super::Fold;
use crate::error::PreprocessingError;
use crate::samples::Samples;

/// Returns the score of each fold: `score` trains on the first samples, and returns a score of the second ones.
/// scikit-learn: `cross_val_score`.
///
/// `samples` are those that a split expects, such as `(&x, &y)`; `folds` come from [`KFold`](crate::KFold).
///
/// ```
/// # mod mlp { pub mod data { pub use mlp_data::{KFold, PreprocessingError, cross_val_score}; } }
/// use mlp::data::{KFold, PreprocessingError, cross_val_score};
///
/// // A model that predicts the mean of its targets, scored by the largest error.
/// let (x, y) = ([[0.0], [1.0], [2.0], [3.0]], vec![1.0, 2.0, 3.0, 4.0]);
/// let folds = KFold::new(2).split(4)?;
/// let scores = cross_val_score((&x, &y), &folds, |(_, y), (_, y_test)| {
///     let mean = y.iter().sum::<f64>() / y.len() as f64;
///     let error = |y: &f64| (y - mean).abs();
///     Ok::<_, PreprocessingError>(y_test.iter().map(error).fold(0.0, f64::max))
/// })?;
/// assert_eq!(scores, [2.5, 2.5]);
/// # Ok::<(), PreprocessingError>(())
/// ```
///
/// # Errors
/// That of `score`, and an error if the members of a tuple have different numbers of rows.
///
/// # Panics
/// If a fold has a row that the samples do not have.
pub fn cross_val_score<S: Samples, E: From<PreprocessingError>>(
    samples: S,
    folds: &[Fold],
    mut score: impl FnMut(S::Selected, S::Selected) -> Result<f64, E>,
) -> Result<Vec<f64>, E> {
    samples.count()?;
    let fold_score = |fold: &Fold| score(samples.select_rows(&fold.train), samples.select_rows(&fold.test));
    folds.iter().map(fold_score).collect()
}
