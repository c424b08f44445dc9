use std::path::Path;

use plotters_backend::DrawingBackend;

use super::chart::{self, Area, Drawn};
use super::file::{self, Picture};
use super::{Coordinate, Mark, Plot, PlotError, Series};

/// Predicted against true values: the nearer to the diagonal, the better. scikit-learn's `PredictionErrorDisplay`.
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
    /// A dot for each sample.
    pub fn new<T: Coordinate, P: Coordinate>(
        title: impl Into<String>,
        truth: impl IntoIterator<Item = T>,
        predicted: impl IntoIterator<Item = P>,
    ) -> Self {
        let plot = Plot::new(title).x_label("true").y_label("predicted").scatter("samples", truth, predicted);
        Self { plot: Plot { equal_axes: true, ..plot } }
    }

    /// What is predicted, with its unit. It is written at both axes.
    #[must_use]
    pub fn label(self, label: &str) -> Self {
        Self { plot: self.plot.x_label(format!("true {label}")).y_label(format!("predicted {label}")) }
    }

    /// Says R² in the title: 1 − Σ(y − ŷ)² / Σ(y − ȳ)². Nothing if all true values are alike.
    #[must_use]
    pub fn r2(mut self) -> Self {
        let samples = &self.plot.series[0];
        if let Some(r2) = coefficient_of_determination(&samples.x, &samples.y) {
            let space = if self.plot.title.is_empty() { "" } else { ", " };
            self.plot.title.push_str(&format!("{space}R² = {r2:.3}"));
        }
        self
    }

    /// Writes the picture: PNG or SVG, by the extension. Missing directories are made.
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

    fn draw<B: DrawingBackend>(&self, area: &Area<B>) -> Drawn<B> {
        let samples = &self.plot.series[0];
        let all = samples.x.iter().chain(&samples.y).copied();
        let ends = vec![all.clone().fold(f64::INFINITY, f64::min), all.fold(f64::NEG_INFINITY, f64::max)];
        let mut plot = self.plot.clone();
        plot.series.push(Series { name: "perfect".into(), x: ends.clone(), y: ends, mark: Mark::Guide });
        chart::draw(&plot, area)
    }
}

fn coefficient_of_determination(truth: &[f64], predicted: &[f64]) -> Option<f64> {
    let mean = truth.iter().sum::<f64>() / truth.len() as f64;
    let total: f64 = truth.iter().map(|y| (y - mean).powi(2)).sum();
    let missed: f64 = truth.iter().zip(predicted).map(|(y, guess)| (y - guess).powi(2)).sum();
    (truth.len() == predicted.len() && total > 0.0).then(|| 1.0 - missed / total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r2_is_that_of_scikit_learn() {
        // r2_score([3, -0.5, 2, 7], [2.5, 0.0, 2, 8]), the example of scikit-learn's documentation.
        let r2 = coefficient_of_determination(&[3.0, -0.5, 2.0, 7.0], &[2.5, 0.0, 2.0, 8.0]).unwrap();
        assert!((r2 - 0.948_608_137_044_968).abs() < 1e-12, "{r2}");
        assert_eq!(coefficient_of_determination(&[1.0, 1.0], &[1.0, 2.0]), None);
        assert_eq!(coefficient_of_determination(&[], &[]), None);
    }
}
