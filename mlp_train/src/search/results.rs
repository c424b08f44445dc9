use core::fmt;

use super::error::UnknownParameter;
use super::space::Space;
use super::trial::Trial;

/// A trial with the score of each fold, or the message of its error.
#[derive(Clone, Debug, PartialEq)]
pub struct TrialScores {
    /// The values of the parameters.
    pub trial: Trial,
    /// Score, or message of the error, of each fold.
    pub scores: Vec<Result<f64, String>>,
}

impl TrialScores {
    /// Returns the mean score over the folds; NaN if a fold has none.
    pub fn mean(&self) -> f64 {
        let scores = self.scores.iter().map(|score| score.as_ref().copied().unwrap_or(f64::NAN));
        scores.sum::<f64>() / self.scores.len() as f64
    }

    /// Returns the standard deviation of the scores over the folds: the root of the mean squared distance from the mean. NaN if a fold
    /// has no score.
    pub fn standard_deviation(&self) -> f64 {
        let mean = self.mean();
        let squares = self.scores.iter().map(|score| score.as_ref().map_or(f64::NAN, |score| (score - mean).powi(2)));
        (squares.sum::<f64>() / self.scores.len() as f64).sqrt()
    }

    /// Returns the message of the first error.
    pub fn error(&self) -> Option<&str> {
        self.scores.iter().find_map(|score| score.as_ref().err()).map(String::as_str)
    }
}

/// Scores of all trials of a [`Search`](super::Search). `Display` prints a table, the best trial first.
#[derive(Clone, Debug)]
pub struct SearchResults {
    /// In the order of the trials.
    trials: Vec<TrialScores>,
    space: Space,
    maximize: bool,
}

impl SearchResults {
    pub(super) fn new(trials: Vec<TrialScores>, space: Space, maximize: bool) -> Self {
        Self { trials, space, maximize }
    }

    /// Returns all trials, in their order.
    pub fn trials(&self) -> &[TrialScores] {
        &self.trials
    }

    /// Returns all trials, the best first. Trials without a score come last.
    pub fn ranking(&self) -> Vec<&TrialScores> {
        let mut ranking: Vec<&TrialScores> = self.trials.iter().collect();
        let key = |scores: &TrialScores| match scores.mean() {
            mean if mean.is_nan() => f64::INFINITY,
            mean if self.maximize => -mean,
            mean => mean,
        };
        ranking.sort_by(|a, b| a.mean().is_nan().cmp(&b.mean().is_nan()).then(key(a).total_cmp(&key(b))));
        ranking
    }

    /// Returns the best trial, if one has a score.
    pub fn best(&self) -> Option<&TrialScores> {
        self.ranking().first().copied().filter(|scores| !scores.mean().is_nan())
    }

    /// Returns whether the values of a parameter are spread over orders of magnitude.
    ///
    /// # Errors
    /// If the search has no parameter of that name.
    pub fn is_logarithmic(&self, name: &str) -> Result<bool, UnknownParameter> {
        if let Some(trial) = self.trials.first() {
            trial.trial.get(name)?;
        }
        Ok(self.space.parameters.iter().any(|(other, values)| other == name && values.is_logarithmic()))
    }
}

impl fmt::Display for SearchResults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.space.parameters.iter().map(|(name, _)| name.clone());
        let header: Vec<String> =
            ["trial".to_owned()].into_iter().chain(names).chain(["score".into(), "±".into()]).collect();
        let mut rows = vec![header];
        for TrialScores { trial, .. } in self.ranking() {
            let scores = &self.trials[trial.number()];
            let values = trial.values().iter().map(|&value| number(value));
            let ends = match scores.error() {
                Some(error) => [error.lines().next().unwrap_or("").to_owned(), String::new()],
                None => [number(scores.mean()), number(scores.standard_deviation())],
            };
            rows.push([trial.number().to_string()].into_iter().chain(values).chain(ends).collect());
        }
        let columns = rows[0].len();
        let is_number = |row: &&Vec<String>| !row[columns - 1].is_empty();
        let width = |column: usize| rows.iter().filter(is_number).map(|row| row[column].chars().count()).max();
        let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
        for row in &rows {
            let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:>width$}")).collect();
            writeln!(f, "{}", cells.join("  ").trim_end())?;
        }
        Ok(())
    }
}

/// Returns a number with four digits.
fn number(value: f64) -> String {
    if value == 0.0 || value.fract() == 0.0 && value.abs() < 1e6 {
        return format!("{value}");
    }
    match value.abs().log10().floor() {
        exponent if (-3.0..6.0).contains(&exponent) => {
            let decimals = (3.0 - exponent).max(0.0) as usize;
            format!("{value:.decimals$}")
        }
        _ => format!("{value:.3e}"),
    }
}
