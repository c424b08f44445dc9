//! Predicted against true values.

use std::path::Path;

use plotters_backend::DrawingBackend;

use super::axis::with_minus;
use super::chart::{self, Area, DrawResult};
use super::file::{self, Picture};
use super::{Coordinate, Mark, Plot, PlotError, Series};

/// Plot of predicted against true values. Good predictions are near the diagonal. scikit-learn:
/// `PredictionErrorDisplay`.
///
/// ```
/// use mlp::plot::Regression;
///
/// # fn main() -> Result<(), mlp::plot::PlotError> {
/// # let directory = std::env::temp_dir().join(format!("mlp-doc-regression-{}", std::process::id()));
/// let (truth, predicted) = ([1.0, 2.0, 3.0, 4.0], [1.1, 1.9, 3.2, 3.9]);
/// Regression::new("Prices", &truth, &predicted).r2().save(directory.join("prices.png"))?;
/// # std::fs::remove_dir_all(directory).unwrap();
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Regression {
    plot: Plot,
}

impl Regression {
    /// Creates a plot with a dot for each sample.
    pub fn new<T: Coordinate, P: Coordinate>(
        title: impl Into<String>,
        truth: impl IntoIterator<Item = T>,
        predicted: impl IntoIterator<Item = P>,
    ) -> Self {
        let plot = Plot::new(title).x_label("true").y_label("predicted").scatter("samples", truth, predicted);
        Self { plot: Plot { equal_axes: true, ..plot } }
    }

    /// Sets the predicted quantity, with its unit, as label of both axes.
    #[must_use]
    pub fn label(self, label: &str) -> Self {
        Self { plot: self.plot.x_label(format!("true {label}")).y_label(format!("predicted {label}")) }
    }

    /// Adds `R² = 1 − Σ(y − ŷ)² / Σ(y − ȳ)²` to the title, unless all true values are equal.
    #[must_use]
    pub fn r2(mut self) -> Self {
        let samples = &self.plot.series[0];
        if let Some(r2) = coefficient_of_determination(&samples.x, &samples.y) {
            let separator = if self.plot.title.is_empty() { "" } else { ", " };
            self.plot.title.push_str(&format!("{separator}R² = {}", with_minus(&format!("{r2:.3}"))));
        }
        self
    }

    /// Saves the plot as PNG or SVG, by the extension of `path`. Missing folders are created.
    ///
    /// # Errors
    /// Returns an error if there are no samples, the numbers of true and predicted values differ, a value is not
    /// finite, or the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), PlotError> {
        file::save(self, path.as_ref())
    }
}

impl Picture for Regression {
    fn size(&self) -> (u32, u32) {
        (720, 720)
    }

    fn check(&self) -> Result<(), PlotError> {
        let samples = &self.plot.series[0];
        if samples.x.len() != samples.y.len() {
            return Err(PlotError::Predictions { truth: samples.x.len(), predicted: samples.y.len() });
        }
        self.plot.check()
    }

    fn draw<B: DrawingBackend>(&self, area: &Area<B>) -> DrawResult<B> {
        let samples = &self.plot.series[0];
        let values = samples.x.iter().chain(&samples.y).copied();
        let ends = vec![values.clone().fold(f64::INFINITY, f64::min), values.fold(f64::NEG_INFINITY, f64::max)];
        let mut plot = self.plot.clone();
        plot.series.push(Series { name: "perfect".into(), x: ends.clone(), y: ends, mark: Mark::Guide });
        chart::draw(&plot, area)
    }
}

fn coefficient_of_determination(truth: &[f64], predicted: &[f64]) -> Option<f64> {
    let mean = truth.iter().sum::<f64>() / truth.len() as f64;
    let total: f64 = truth.iter().map(|y| (y - mean).powi(2)).sum();
    let residual: f64 = truth.iter().zip(predicted).map(|(y, predicted)| (y - predicted).powi(2)).sum();
    (truth.len() == predicted.len() && total > 0.0).then(|| 1.0 - residual / total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r2_agrees_with_scikit_learn() {
        // r2_score([3, -0.5, 2, 7], [2.5, 0.0, 2, 8]), from scikit-learn's documentation.
        let r2 = coefficient_of_determination(&[3.0, -0.5, 2.0, 7.0], &[2.5, 0.0, 2.0, 8.0]).unwrap();
        assert!((r2 - 0.948_608_137_044_968).abs() < 1e-12, "{r2}");
        assert_eq!(coefficient_of_determination(&[1.0, 1.0], &[1.0, 2.0]), None);
        assert_eq!(coefficient_of_determination(&[], &[]), None);
    }
}
