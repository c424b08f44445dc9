//! Scores of a search.

use std::path::Path;

use super::{Plot, PlotError};
use crate::training::{SearchResults, UnknownParameter};

/// Plot of the scores of a [search](crate::training::Search) over the values of one parameter: a dot for each trial, and one for the
/// best. Trials without a score are left out.
///
/// ```
/// use mlp::data::KFold;
/// use mlp::plot::TrialPlot;
/// use mlp::prelude::*;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let directory = std::env::temp_dir().join(format!("mlp-doc-trials-{}", std::process::id()));
/// let folds = KFold::new(2).split(10)?;
/// let results = Search::random(20)
///     .parameter("learning_rate", Values::log_uniform(1e-4, 1e-1))
///     .run(&folds, |trial, _| Ok((trial.get("learning_rate")?.log10() + 2.0).powi(2)))?;
/// TrialPlot::new("Loss", &results, "learning_rate")?.save(directory.join("trials.png"))?;
/// # std::fs::remove_dir_all(directory)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct TrialPlot {
    plot: Plot,
}

impl TrialPlot {
    /// Creates a plot over a parameter. One that is spread over orders of magnitude is drawn by its decimal logarithm.
    ///
    /// # Errors
    /// If the search has no parameter of that name.
    pub fn new(title: impl Into<String>, results: &SearchResults, parameter: &str) -> Result<Self, UnknownParameter> {
        let is_logarithmic = results.is_logarithmic(parameter)?;
        let (mut x, mut y) = (Vec::new(), Vec::new());
        for scores in results.ranking().into_iter().filter(|scores| scores.mean().is_finite()) {
            let value = scores.trial.get(parameter)?;
            x.push(if is_logarithmic { value.log10() } else { value });
            y.push(scores.mean());
        }
        let label = if is_logarithmic { format!("log10 of {parameter}") } else { parameter.to_owned() };
        let mut plot = Plot::new(title).x_label(label).y_label("score");
        // The best comes first. A dot of its own over another one would have a mixed color.
        if x.len() > 1 {
            plot = plot.scatter("trials", &x[1..], &y[1..]);
        }
        if let (Some(x), Some(y)) = (x.first(), y.first()) {
            plot = plot.scatter("best", [*x], [*y]);
        }
        Ok(Self { plot })
    }

    /// Makes the axis of the scores logarithmic.
    #[must_use]
    pub fn log_y(self) -> Self {
        Self { plot: self.plot.log_y() }
    }

    /// Saves the plot as PNG or SVG, by the extension of `path`. Missing folders are created.
    ///
    /// # Errors
    /// Returns an error if no trial has a finite score, or the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), PlotError> {
        self.plot.save(path)
    }
}
