//! K-fold cross-validation.

use std::iter::repeat_n;

use super::classes::rows_by_class;
use crate::error::PreprocessingError;
use mlp_core::Rng;

/// Row indices of one fold. [`Samples::select_rows`](crate::Samples::select_rows) expects them as its argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    /// Training rows.
    pub train: Vec<usize>,
    /// Test rows.
    pub test: Vec<usize>,
}

/// K-fold splitter: each row is in the test set of exactly one fold. scikit-learn: `KFold` and `StratifiedKFold`.
///
/// ```
/// # use mlp_data::KFold;
/// let folds = KFold::new(2).split(5)?;
/// assert_eq!((&folds[0].train, &folds[0].test), (&vec![3, 4], &vec![0, 1, 2]));
/// # Ok::<(), mlp_data::PreprocessingError>(())
/// ```
#[doc(alias = "StratifiedKFold")]
#[derive(Clone, Debug)]
pub struct KFold {
    folds: usize,
    seed: Option<u64>,
}

impl KFold {
    /// Creates a splitter into `folds` folds of consecutive rows.
    pub fn new(folds: usize) -> Self {
        Self { folds, seed: None }
    }
    /// Shuffles the rows before the split.
    #[must_use]
    pub fn shuffle(self, seed: u64) -> Self {
        Self { seed: Some(seed), ..self }
    }

    /// Returns the folds. If `rows` is not a multiple of the number of folds, the first folds have one more row.
    ///
    /// # Errors
    /// Returns an error if there are fewer than two folds, or fewer rows than folds.
    pub fn split(&self, rows: usize) -> Result<Vec<Fold>, PreprocessingError> {
        self.check(rows)?;
        let mut order: Vec<usize> = (0..rows).collect();
        if let Some(seed) = self.seed {
            Rng::new(seed).shuffle(&mut order);
        }
        let size = rows / self.folds;
        let larger_folds = rows % self.folds;
        let sizes = (0..self.folds).map(|fold| size + usize::from(fold < larger_folds));
        let folds = sizes.enumerate().flat_map(|(fold, size)| repeat_n(fold, size));
        let mut fold_of_row = vec![0; rows];
        order.iter().zip(folds).for_each(|(&row, fold)| fold_of_row[row] = fold);
        Ok(self.folds(&fold_of_row))
    }

    /// Returns folds that keep the proportions of the classes, up to one row.
    ///
    /// # Errors
    /// Returns an error if there are fewer than two folds, or a class has fewer rows than there are folds.
    pub fn split_stratified(&self, labels: &[usize]) -> Result<Vec<Fold>, PreprocessingError> {
        self.check(labels.len())?;
        let classes = rows_by_class(labels);
        for (&label, rows) in &classes {
            if rows.len() < self.folds {
                return Err(PreprocessingError::SmallClass { label, rows: rows.len(), min: self.folds });
            }
        }
        let mut rng = self.seed.map(Rng::new);
        // As in scikit-learn, classes are ordered by first appearance.
        let mut members: Vec<Vec<usize>> = classes.into_values().collect();
        members.sort_by_key(|rows| rows[0]);
        let mut fold_of_row = vec![0; labels.len()];
        for (rows, allocation) in members.iter().zip(self.allocation(&members)) {
            let counts = allocation.into_iter().enumerate();
            let mut folds: Vec<usize> = counts.flat_map(|(fold, count)| repeat_n(fold, count)).collect();
            if let Some(rng) = &mut rng {
                rng.shuffle(&mut folds);
            }
            rows.iter().zip(folds).for_each(|(&row, fold)| fold_of_row[row] = fold);
        }
        Ok(self.folds(&fold_of_row))
    }

    fn check(&self, rows: usize) -> Result<(), PreprocessingError> {
        match self.folds {
            folds if folds < 2 || folds > rows => Err(PreprocessingError::Folds { rows, folds }),
            _ => Ok(()),
        }
    }

    /// Returns the number of rows per class and fold.
    ///
    /// The rows, sorted by class, are dealt to the folds in turn, so that folds have equal sizes for any class sizes.
    fn allocation(&self, members: &[Vec<usize>]) -> Vec<Vec<usize>> {
        let mut dealt = 0;
        let mut allocation = Vec::new();
        for rows in members {
            let mut counts = vec![0; self.folds];
            for _ in rows {
                counts[dealt % self.folds] += 1;
                dealt += 1;
            }
            allocation.push(counts);
        }
        allocation
    }

    fn folds(&self, fold_of_row: &[usize]) -> Vec<Fold> {
        let fold = |fold| {
            let (test, train) = (0..fold_of_row.len()).partition(|&row| fold_of_row[row] == fold);
            Fold { train, test }
        };
        (0..self.folds).map(fold).collect()
    }
}
