//! Some rows to train on, the others to test on.

use std::cmp::Reverse;

use super::{PreprocessingError, by_class};
use crate::data::Samples;
use crate::random::Rng;

/// How rows are divided: as scikit-learn's arguments, shuffled unless told otherwise, with seed 0.
#[derive(Clone, Debug)]
pub struct Split<'a> {
    test: Test,
    seed: u64,
    shuffle: bool,
    labels: Option<&'a [usize]>,
}

#[derive(Clone, Copy, Debug)]
enum Test {
    Share(f64),
    Rows(usize),
}

impl<'a> Split<'a> {
    /// A share of the rows, rounded up, is for the test. scikit-learn: `test_size=0.25`.
    pub fn test_size(share: f64) -> Self {
        Self { test: Test::Share(share), seed: 0, shuffle: true, labels: None }
    }
    /// So many rows are for the test. scikit-learn: `test_size=30`.
    pub fn test_rows(rows: usize) -> Self {
        Self { test: Test::Rows(rows), ..Self::test_size(0.0) }
    }
    /// Chooses another order. scikit-learn: `random_state`.
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }
    /// Without shuffling the first rows are for training and the last ones for the test.
    pub fn shuffle(self, shuffle: bool) -> Self {
        Self { shuffle, ..self }
    }
    /// Both sides have the classes in the same proportions, up to one row.
    pub fn stratify(self, labels: &'a [usize]) -> Self {
        Self { labels: Some(labels), ..self }
    }

    /// The numbers of the rows to train on and of those to test on.
    ///
    /// # Errors
    /// If a side would be empty or a class cannot be on both sides.
    pub fn indices(&self, rows: usize) -> Result<(Vec<usize>, Vec<usize>), PreprocessingError> {
        let test = self.test_count(rows)?;
        let mut rng = Rng::new(self.seed);
        if let Some(labels) = self.labels {
            PreprocessingError::same_rows(rows, labels.len())?;
            return if self.shuffle {
                stratified(labels, test, &mut rng)
            } else {
                Err(PreprocessingError::StratifiedUnshuffled)
            };
        }
        let mut order: Vec<usize> = (0..rows).collect();
        if self.shuffle {
            rng.shuffle(&mut order);
        }
        let test = order.split_off(rows - test);
        Ok((order, test))
    }

    fn test_count(&self, rows: usize) -> Result<usize, PreprocessingError> {
        let test = match self.test {
            Test::Rows(test) => test,
            Test::Share(size) if size > 0.0 && size < 1.0 => (size * rows as f64).ceil() as usize,
            Test::Share(size) => return Err(PreprocessingError::TestSize { size }),
        };
        match (rows, test) {
            (0, _) => Err(PreprocessingError::NoRows),
            (rows, test) if test == 0 || test >= rows => Err(PreprocessingError::EmptySide { rows, test }),
            _ => Ok(test),
        }
    }
}

/// Divides samples, one array or several that belong together. scikit-learn: `train_test_split`.
///
/// ```
/// # use mlp_core::data::{Split, train_test_split};
/// let x = nalgebra::Matrix4x2::new(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0);
/// let y = [0, 1, 0, 1];
/// let ((x_train, y_train), (x_test, y_test)) =
///     train_test_split((&x, &y), Split::test_size(0.5).seed(7).stratify(&y))?;
/// assert_eq!((x_train.nrows(), x_test.nrows()), (2, 2));
/// assert_eq!((y_train.iter().sum::<usize>(), y_test.iter().sum()), (1, 1));
/// # Ok::<(), mlp_core::data::PreprocessingError>(())
/// ```
///
/// # Errors
/// If the arrays do not have the same number of rows, a side would be empty, or a class cannot be on both sides.
pub fn train_test_split<S: Samples>(
    samples: S,
    split: Split<'_>,
) -> Result<(S::Chosen, S::Chosen), PreprocessingError> {
    let (train, test) = split.indices(samples.count()?)?;
    Ok((samples.choose(&train), samples.choose(&test)))
}

fn stratified(labels: &[usize], test: usize, rng: &mut Rng) -> Result<(Vec<usize>, Vec<usize>), PreprocessingError> {
    let classes = by_class(labels);
    for (&label, rows) in &classes {
        if rows.len() < 2 {
            return Err(PreprocessingError::SmallClass { label, rows: rows.len(), needed: 2 });
        }
    }
    let smaller = test.min(labels.len() - test);
    if smaller < classes.len() {
        return Err(PreprocessingError::FewerRowsThanClasses { rows: smaller, classes: classes.len() });
    }
    let mut members: Vec<Vec<usize>> = classes.into_values().collect();
    let shares = proportional(&members, test, labels.len(), rng);
    let (mut training, mut testing) = (Vec::new(), Vec::new());
    for (rows, share) in members.iter_mut().zip(shares) {
        rng.shuffle(rows);
        testing.extend_from_slice(&rows[..share]);
        training.extend_from_slice(&rows[share..]);
    }
    rng.shuffle(&mut training);
    rng.shuffle(&mut testing);
    Ok((training, testing))
}

/// `test` divided in proportion to the classes: rounded down, and one more for the largest remainders, where equal ones
/// are drawn.
fn proportional(members: &[Vec<usize>], test: usize, rows: usize, rng: &mut Rng) -> Vec<usize> {
    let exact = |class: usize| members[class].len() as u128 * test as u128;
    let mut shares: Vec<usize> = (0..members.len()).map(|class| (exact(class) / rows as u128) as usize).collect();
    let missing = test - shares.iter().sum::<usize>();
    let mut order: Vec<usize> = (0..members.len()).collect();
    rng.shuffle(&mut order);
    order.sort_by_key(|&class| Reverse(exact(class) % rows as u128));
    order[..missing].iter().for_each(|&class| shares[class] += 1);
    shares
}
