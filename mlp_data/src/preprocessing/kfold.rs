//! Every row is tested on once.

use super::{PreprocessingError, by_class};
use crate::random::Rng;

/// One division of the rows, by their numbers. [`Samples::choose`](crate::data::Samples::choose) takes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    /// The rows to train on.
    pub train: Vec<usize>,
    /// The rows to test on.
    pub test: Vec<usize>,
}

/// Divides rows into folds, each of which is the test once. scikit-learn: `KFold` and `StratifiedKFold`.
///
/// ```
/// # use mlp_core::data::KFold;
/// let folds = KFold::new(2).split(5)?;
/// assert_eq!((&folds[0].train, &folds[0].test), (&vec![3, 4], &vec![0, 1, 2]));
/// # Ok::<(), mlp_core::data::PreprocessingError>(())
/// ```
#[derive(Clone, Debug)]
pub struct KFold {
    folds: usize,
    seed: Option<u64>,
}

impl KFold {
    /// So many folds, of neighbors.
    pub fn new(folds: usize) -> Self {
        Self { folds, seed: None }
    }
    /// Shuffles the rows first, by a seed.
    pub fn shuffle(self, seed: u64) -> Self {
        Self { seed: Some(seed), ..self }
    }

    /// The folds; the first ones have one row more where it does not come out even.
    ///
    /// # Errors
    /// If there are fewer than two folds or fewer rows than folds.
    pub fn split(&self, rows: usize) -> Result<Vec<Fold>, PreprocessingError> {
        self.check(rows)?;
        let mut order: Vec<usize> = (0..rows).collect();
        if let Some(seed) = self.seed {
            Rng::new(seed).shuffle(&mut order);
        }
        let mut fold_of = vec![0; rows];
        let (size, longer) = (rows / self.folds, rows % self.folds);
        let sizes = (0..self.folds).map(|fold| size + usize::from(fold < longer));
        let folds = sizes.enumerate().flat_map(|(fold, size)| std::iter::repeat_n(fold, size));
        order.iter().zip(folds).for_each(|(&row, fold)| fold_of[row] = fold);
        Ok(self.folds(&fold_of))
    }

    /// Folds that have the classes in the same proportions, up to one row.
    ///
    /// # Errors
    /// If there are fewer than two folds, or a class has fewer rows than there are folds.
    pub fn split_stratified(&self, labels: &[usize]) -> Result<Vec<Fold>, PreprocessingError> {
        self.check(labels.len())?;
        let classes = by_class(labels);
        for (&label, rows) in &classes {
            if rows.len() < self.folds {
                return Err(PreprocessingError::SmallClass { label, rows: rows.len(), needed: self.folds });
            }
        }
        let mut rng = self.seed.map(Rng::new);
        // As in scikit-learn, classes count in the order in which they appear.
        let mut members: Vec<Vec<usize>> = classes.into_values().collect();
        members.sort_by_key(|rows| rows[0]);
        let mut fold_of = vec![0; labels.len()];
        for (rows, allocation) in members.iter().zip(self.allocation(&members)) {
            let counts = allocation.into_iter().enumerate();
            let mut folds: Vec<usize> = counts.flat_map(|(fold, rows)| std::iter::repeat_n(fold, rows)).collect();
            if let Some(rng) = &mut rng {
                rng.shuffle(&mut folds);
            }
            rows.iter().zip(folds).for_each(|(&row, fold)| fold_of[row] = fold);
        }
        Ok(self.folds(&fold_of))
    }

    fn check(&self, rows: usize) -> Result<(), PreprocessingError> {
        match self.folds {
            folds if folds < 2 || folds > rows => Err(PreprocessingError::Folds { rows, folds }),
            _ => Ok(()),
        }
    }

    /// How many rows of each class go to each fold: the rows sorted by class are dealt out in turn, so that folds stay
    /// equally large whatever the classes' sizes.
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

    fn folds(&self, fold_of: &[usize]) -> Vec<Fold> {
        let divide = |fold| {
            let (test, train) = (0..fold_of.len()).partition(|&row| fold_of[row] == fold);
            Fold { train, test }
        };
        (0..self.folds).map(divide).collect()
    }
}
