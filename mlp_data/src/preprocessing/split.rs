//! Train/test split.

use std::cmp::Reverse;

use super::classes::rows_by_class;
use crate::Samples;
use crate::error::PreprocessingError;
use mlp_core::Rng;

/// Options of [`train_test_split`], with scikit-learn's names.
///
/// By default, 25% of the rows are for the test, and the rows are shuffled with seed 0.
#[derive(Clone, Debug)]
pub struct Split<'a> {
    test: TestSize,
    seed: u64,
    shuffle: bool,
    labels: Option<&'a [usize]>,
}

#[derive(Clone, Copy, Debug)]
enum TestSize {
    Fraction(f64),
    Rows(usize),
}

impl Default for Split<'_> {
    fn default() -> Self {
        Self { test: TestSize::Fraction(0.25), seed: 0, shuffle: true, labels: None }
    }
}

impl<'a> Split<'a> {
    /// Creates the default options.
    pub fn new() -> Self {
        Self::default()
    }
    /// Sets the fraction of test rows; their number is rounded up. Defaults to 0.25. scikit-learn: `test_size=0.25`.
    #[must_use]
    pub fn test_size(self, fraction: f64) -> Self {
        Self { test: TestSize::Fraction(fraction), ..self }
    }
    /// Sets the number of test rows. scikit-learn: `test_size=30`.
    #[must_use]
    pub fn test_rows(self, rows: usize) -> Self {
        Self { test: TestSize::Rows(rows), ..self }
    }
    /// Sets the seed of the shuffle. Defaults to 0. scikit-learn: `random_state`.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }
    /// Sets whether the rows are shuffled. Defaults to `true`. Without shuffling, the last rows are for the test.
    #[must_use]
    pub fn shuffle(self, shuffle: bool) -> Self {
        Self { shuffle, ..self }
    }
    /// Keeps the proportions of the classes on both sides, up to one row.
    #[must_use]
    pub fn stratify(self, labels: &'a [usize]) -> Self {
        Self { labels: Some(labels), ..self }
    }

    /// Returns the indices of the training rows and of the test rows.
    ///
    /// # Errors
    /// Returns an error if a side is empty, or a class cannot be on both sides.
    pub fn indices(&self, rows: usize) -> Result<(Vec<usize>, Vec<usize>), PreprocessingError> {
        let test_rows = self.test_count(rows)?;
        let mut rng = Rng::new(self.seed);
        if let Some(labels) = self.labels {
            PreprocessingError::same_rows(rows, labels.len())?;
            return if self.shuffle {
                stratified(labels, test_rows, &mut rng)
            } else {
                Err(PreprocessingError::StratifiedUnshuffled)
            };
        }
        let mut train: Vec<usize> = (0..rows).collect();
        if self.shuffle {
            rng.shuffle(&mut train);
        }
        let test = train.split_off(rows - test_rows);
        Ok((train, test))
    }

    fn test_count(&self, rows: usize) -> Result<usize, PreprocessingError> {
        let test = match self.test {
            TestSize::Rows(test) => test,
            TestSize::Fraction(size) if size > 0.0 && size < 1.0 => (size * rows as f64).ceil() as usize,
            TestSize::Fraction(size) => return Err(PreprocessingError::TestSize { size }),
        };
        match (rows, test) {
            (0, _) => Err(PreprocessingError::NoRows),
            (rows, test) if test == 0 || test >= rows => Err(PreprocessingError::EmptySide { rows, test }),
            _ => Ok(test),
        }
    }
}

/// Splits samples into a training set and a test set. scikit-learn: `train_test_split`.
///
/// `samples` is one container, or a tuple of containers with the same number of rows.
///
/// ```
/// # use mlp_data::{Split, train_test_split};
/// let x = nalgebra::Matrix4x2::new(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0);
/// let y = [0, 1, 0, 1];
/// let split = Split::new().test_size(0.5).seed(7).stratify(&y);
/// let ((x_train, y_train), (x_test, y_test)) = train_test_split((&x, &y), split)?;
/// assert_eq!((x_train.nrows(), x_test.nrows()), (2, 2));
/// assert_eq!((y_train.iter().sum::<usize>(), y_test.iter().sum()), (1, 1));
/// # Ok::<(), mlp_data::PreprocessingError>(())
/// ```
///
/// # Errors
/// Returns an error if the containers have different numbers of rows, a side is empty, or a class cannot be on both
/// sides.
pub fn train_test_split<S: Samples>(
    samples: S,
    split: Split<'_>,
) -> Result<(S::Selected, S::Selected), PreprocessingError> {
    let (train, test) = split.indices(samples.count()?)?;
    Ok((samples.select_rows(&train), samples.select_rows(&test)))
}

fn stratified(
    labels: &[usize],
    test_rows: usize,
    rng: &mut Rng,
) -> Result<(Vec<usize>, Vec<usize>), PreprocessingError> {
    let classes = rows_by_class(labels);
    for (&label, rows) in &classes {
        if rows.len() < 2 {
            return Err(PreprocessingError::SmallClass { label, rows: rows.len(), min: 2 });
        }
    }
    let smaller_side = test_rows.min(labels.len() - test_rows);
    if smaller_side < classes.len() {
        return Err(PreprocessingError::FewerRowsThanClasses { rows: smaller_side, classes: classes.len() });
    }
    let mut members: Vec<Vec<usize>> = classes.into_values().collect();
    let test_counts = proportional(&members, test_rows, labels.len(), rng);
    let mut train = Vec::new();
    let mut test = Vec::new();
    for (rows, count) in members.iter_mut().zip(test_counts) {
        rng.shuffle(rows);
        test.extend_from_slice(&rows[..count]);
        train.extend_from_slice(&rows[count..]);
    }
    rng.shuffle(&mut train);
    rng.shuffle(&mut test);
    Ok((train, test))
}

/// Returns the number of test rows of each class, in proportion to its size.
///
/// The counts are rounded down. The remaining rows go to the classes with the largest remainders; ties are drawn.
fn proportional(members: &[Vec<usize>], test_rows: usize, rows: usize, rng: &mut Rng) -> Vec<usize> {
    let scaled = |class: usize| members[class].len() as u128 * test_rows as u128;
    let mut counts: Vec<usize> = (0..members.len()).map(|class| (scaled(class) / rows as u128) as usize).collect();
    let missing = test_rows - counts.iter().sum::<usize>();
    let mut order: Vec<usize> = (0..members.len()).collect();
    rng.shuffle(&mut order);
    order.sort_by_key(|&class| Reverse(scaled(class) % rows as u128));
    order[..missing].iter().for_each(|&class| counts[class] += 1);
    counts
}
