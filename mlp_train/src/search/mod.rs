//! Search for hyper-parameters: grid and random search with cross-validation.
//!
//! ```text
//! run(folds, score):
//!     read the scores that the file has already
//!     for each trial and fold without a score, on any thread:
//!         score(trial, fold)
//!         write all scores to the file
//! ```

mod error;
mod file;
mod results;
mod sizes;
mod space;
mod trial;

pub use error::{ScoreError, SearchError, UnknownParameter};
pub use results::{SearchResults, TrialScores};
pub use sizes::UnlistedSize;
pub use space::Values;
pub use trial::Trial;

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use mlp_data::Fold;

use crate::parallel::{Queue, on_workers, workers};
use file::ScoreFile;
use space::Space;

/// Search for the hyper-parameters with the best score: the learning rate, a penalty, the batch size, sizes of layers.
///
/// A trial is one value for each parameter. Its score is the mean over the folds of a cross-validation. The trials follow from the
/// seed, and the results are the same on any number of threads.
///
/// ```
/// # mod mlp { pub mod data { pub use mlp_data::KFold; } pub use mlp_train::{Search, Values}; }
/// use mlp::data::KFold;
/// use mlp::{Search, Values};
///
/// let folds = KFold::new(3).shuffle(1).split(60)?;
/// let results = Search::random(20)
///     .parameter("learning_rate", Values::log_uniform(1e-4, 1e-1))
///     .parameter("batch_size", [16, 32, 64])
///     .run(&folds, |trial, fold| {
///         // A program trains a network on the rows `fold.train`, and returns its loss on `fold.test`.
///         let (rate, batch_size) = (trial.get("learning_rate")?, trial.size("batch_size")?);
///         Ok((rate.log10() + 2.0).powi(2) + batch_size as f64 / fold.test.len() as f64)
///     })?;
/// println!("{results}");
/// assert_eq!(results.best().map(|best| best.trial.get("batch_size").unwrap()), Some(16.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Search {
    space: Space,
    plan: Plan,
    seed: u64,
    maximize: bool,
    file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug)]
enum Plan {
    Random { trials: usize },
    Grid { points: usize },
}

/// The score of one fold.
type Outcome = Result<f64, String>;

impl Search {
    /// Creates a random search of `trials` trials, which draws each parameter on its own. Source: Bergstra and Bengio, "Random
    /// search for hyper-parameter optimization", 2012.
    pub fn random(trials: usize) -> Self {
        Self::new(Plan::Random { trials })
    }

    /// Creates a grid search: all combinations of the values, and of `points` values of each range, evenly spaced.
    pub fn grid(points: usize) -> Self {
        Self::new(Plan::Grid { points })
    }

    fn new(plan: Plan) -> Self {
        Self { space: Space::default(), plan, seed: 0, maximize: false, file: None }
    }

    /// Adds a parameter: a range of [`Values`], or an array of numbers.
    pub fn parameter(mut self, name: impl Into<String>, values: impl Into<Values>) -> Self {
        self.space.parameters.push((name.into(), values.into()));
        self
    }

    /// Sets the seed of the trials. Defaults to 0.
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Makes a higher score better, such as an accuracy. A lower score is better by default, such as a loss.
    pub fn maximize(self) -> Self {
        Self { maximize: true, ..self }
    }

    /// Sets a file of scores, a table in CSV. A search that was interrupted continues from it, and computes only what is missing.
    ///
    /// The file is written atomically after each score. It must belong to the same search: the same parameters, seed and folds.
    pub fn file(self, path: impl Into<PathBuf>) -> Self {
        Self { file: Some(path.into()), ..self }
    }

    /// Calls `score` for every trial and fold, on several threads with the feature `threads`, and returns all scores.
    ///
    /// `folds` are those of [`KFold`](mlp_data::KFold), or one fold for a fixed split. An error or a NaN of `score` is the result of
    /// that fold, such as a training that diverged; the search continues.
    ///
    /// # Errors
    /// If a parameter is invalid, there are no trials or no folds, or the file cannot be read or written or belongs to another search.
    pub fn run(
        &self,
        folds: &[Fold],
        score: impl Fn(&Trial, &Fold) -> Result<f64, ScoreError> + Sync,
    ) -> Result<SearchResults, SearchError> {
        let trials = self.trials()?;
        if folds.is_empty() {
            return Err(SearchError::NoFolds);
        }
        let file = self.file.as_ref().map(|path| ScoreFile { path, trials: &trials, folds: folds.len() });
        let known = file.as_ref().map_or_else(|| Ok(vec![None; trials.len() * folds.len()]), ScoreFile::read)?;
        let missing: Vec<usize> = (0..known.len()).filter(|&index| known[index].is_none()).collect();
        let queue = Queue::new(missing.iter().copied());
        let scores = Mutex::new((known, None));
        on_workers(&mut vec![(); workers(missing.len())], |_, ()| {
            while let Some(index) = queue.next() {
                let (trial, fold) = (index / folds.len(), index % folds.len());
                let outcome = score(&trials[trial].for_fold(fold), &folds[fold]);
                let mut guard = scores.lock().unwrap_or_else(PoisonError::into_inner);
                let (scores, failure) = &mut *guard;
                scores[index] = Some(outcome.map_err(|error| error.to_string()));
                if let (Some(file), None) = (&file, &failure) {
                    *failure = file.write(scores).err();
                }
                if failure.is_some() {
                    break;
                }
            }
        });
        match scores.into_inner().unwrap_or_else(PoisonError::into_inner) {
            (_, Some(error)) => Err(error),
            (scores, None) => Ok(self.results(trials, folds.len(), scores)),
        }
    }

    /// Returns the trials, in their order.
    ///
    /// # Errors
    /// If a parameter is invalid, or there are no trials.
    pub fn trials(&self) -> Result<Vec<Trial>, SearchError> {
        self.space.check()?;
        let trials = match self.plan {
            Plan::Random { trials } => self.space.random(trials, self.seed),
            Plan::Grid { points } => self.space.grid(points, self.seed),
        };
        if trials.is_empty() { Err(SearchError::NoTrials) } else { Ok(trials) }
    }

    fn results(&self, trials: Vec<Trial>, folds: usize, scores: Vec<Option<Outcome>>) -> SearchResults {
        let mut scores = scores.into_iter().flatten();
        let of_trial = |trial| TrialScores { trial, scores: scores.by_ref().take(folds).collect() };
        SearchResults::new(trials.into_iter().map(of_trial).collect(), self.space.clone(), self.maximize)
    }
}
