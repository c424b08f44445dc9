//! Plots of data, models and training, as PNG or SVG. Requires the feature `plot`.
//!
//! No system libraries or fonts are needed: PNGs use the built-in font Noto Sans (Apache License 2.0), SVGs the
//! sans-serif font of the viewer.
//!
//! ```
//! use mlp::plot::Plot;
//!
//! # fn main() -> Result<(), mlp::plot::PlotError> {
//! let x: Vec<f32> = (0..=100).map(|i| i as f32 * 0.0628).collect();
//! let y: Vec<f32> = x.iter().map(|x| x.sin()).collect();
//! # let directory = std::env::temp_dir().join(format!("mlp-doc-{}", std::process::id()));
//! Plot::new("A sine").x_label("x").line("sin(x)", &x, &y).save(directory.join("sine.png"))?;
//!
//! let loss = [1.0, 0.1, 0.02, 0.003];
//! Plot::new("Training").x_label("epoch").line("loss", 1..=4, &loss).log_y().save(directory.join("loss.svg"))?;
//! # std::fs::remove_dir_all(directory).unwrap();
//! # Ok(())
//! # }
//! ```
//!
//! | plot | content |
//! |---|---|
//! | [`Plot`] | curves, points, and bands of uncertainty |
//! | [`Curves`] | loss and metrics of a training, on training and validation data |
//! | [`Confusion`] | confusion matrix of a classifier |
//! | [`Regression`] | predicted against true values |
//! | [`DecisionRegions`] | decision regions of a classifier of points in the plane |
//! | [`HeatMap`] | matrix, such as weights |
//! | [`TrialPlot`] | scores of a search for hyper-parameters |
//!
//! [`Diagram`](crate::diagram::Diagram) draws the graph of a network, without any feature.

mod axis;
mod canvas;
mod chart;
mod colors;
mod confusion;
mod curves;
mod decision_regions;
mod error;
mod file;
mod grid;
mod heat_map;
mod legend;
mod lettering;
mod numbers;
mod regression;
mod thinning;
mod trials;

use std::path::Path;

use chart::{Area, DrawResult, FRAME};
use file::Picture;
use plotters::style::{Color as _, RGBAColor};
use plotters_backend::DrawingBackend;

pub use confusion::Confusion;
pub use curves::Curves;
pub use decision_regions::DecisionRegions;
pub use error::PlotError;
pub use heat_map::HeatMap;
pub use numbers::{Coordinate, ToRows};
pub use regression::Regression;
pub use trials::TrialPlot;

/// Size of a [`Plot`], in pixels.
pub const SIZE: (u32, u32) = (1200, 600);

/// Chart of curves and points, drawn in the order in which they are added.
///
/// The colors are those of Okabe and Ito, which color-blind readers can distinguish.
#[derive(Clone, Debug)]
pub struct Plot {
    title: String,
    x_label: String,
    y_label: String,
    log_y: bool,
    /// `true` if both axes have the same range.
    equal_axes: bool,
    series: Vec<Series>,
    /// Position and label of a vertical line.
    marked_x: Option<(f64, String)>,
}

#[derive(Clone, Debug)]
struct Series {
    name: String,
    x: Vec<f64>,
    y: Vec<f64>,
    mark: Mark,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Mark {
    Line,
    Dots,
    /// Area between two curves: along the upper one, and back along the lower one.
    Band,
    /// Thin gray reference line.
    Guide,
}

impl Plot {
    /// Creates an empty chart.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            x_label: String::new(),
            y_label: String::new(),
            log_y: false,
            equal_axes: false,
            series: Vec::new(),
            marked_x: None,
        }
    }

    /// Sets the label of the horizontal axis.
    #[must_use]
    pub fn x_label(self, label: impl Into<String>) -> Self {
        Self { x_label: label.into(), ..self }
    }

    /// Sets the label of the vertical axis.
    #[must_use]
    pub fn y_label(self, label: impl Into<String>) -> Self {
        Self { y_label: label.into(), ..self }
    }

    /// Makes the vertical axis logarithmic.
    #[must_use]
    pub fn log_y(self) -> Self {
        Self { log_y: true, ..self }
    }

    /// Adds a curve through the points, in their order. The legend shows `name`.
    ///
    /// Accepts slices, vectors, ranges and single-column matrices of nalgebra: `line("loss", 1..=epochs, loss)`.
    #[must_use]
    pub fn line<X: Coordinate, Y: Coordinate>(
        self,
        name: impl Into<String>,
        x: impl IntoIterator<Item = X>,
        y: impl IntoIterator<Item = Y>,
    ) -> Self {
        self.with_series(Mark::Line, name.into(), x, y)
    }

    /// Adds a dot for each point. The legend shows `name`.
    #[must_use]
    pub fn scatter<X: Coordinate, Y: Coordinate>(
        self,
        name: impl Into<String>,
        x: impl IntoIterator<Item = X>,
        y: impl IntoIterator<Item = Y>,
    ) -> Self {
        self.with_series(Mark::Dots, name.into(), x, y)
    }

    /// Adds the shaded area between two curves, such as the uncertainty of the curve that was added before, in its color. The
    /// legend shows `name`. matplotlib: `fill_between`.
    ///
    /// A second band of the same curve is paler: first the narrow one, then the wide one.
    ///
    /// ```
    /// # use mlp::plot::Plot;
    /// # let (x, mean, error) = ([0.0, 1.0, 2.0], [1.0, 3.0, 2.0], [0.1, 0.2, 0.4]);
    /// let side = |sign: f64| mean.iter().zip(error).map(move |(mean, error)| mean + sign * 1.96 * error);
    /// let plot = Plot::new("Prediction").line("mean", x, mean).band("95%", x, side(-1.0), side(1.0));
    /// ```
    #[must_use]
    pub fn band<X: Coordinate, Lower: Coordinate, Upper: Coordinate>(
        mut self,
        name: impl Into<String>,
        x: impl IntoIterator<Item = X>,
        lower: impl IntoIterator<Item = Lower>,
        upper: impl IntoIterator<Item = Upper>,
    ) -> Self {
        let mut x: Vec<f64> = x.into_iter().map(Coordinate::value).collect();
        let lower: Vec<f64> = lower.into_iter().map(Coordinate::value).collect();
        let mut y: Vec<f64> = upper.into_iter().map(Coordinate::value).collect();
        // A curve of another length is an error when the plot is saved.
        if lower.len() != x.len() {
            y = lower;
        } else if y.len() == x.len() {
            x.extend_from_within(..);
            let count = lower.len();
            x[count..].reverse();
            y.extend(lower.into_iter().rev());
        }
        self.series.push(Series { name: name.into(), x, y, mark: Mark::Band });
        self
    }

    /// Returns the color of a series: that of the curve before it for a band.
    fn color(&self, index: usize) -> RGBAColor {
        let series = &self.series[index];
        let curves = self.series[..index].iter().filter(|before| before.mark != Mark::Band).count();
        match series.mark {
            Mark::Guide => FRAME.into(),
            Mark::Line => colors::of_class(curves).into(),
            Mark::Dots => colors::of_class(curves).mix(0.7),
            Mark::Band => {
                let bands = self.series[..index].iter().rev().take_while(|before| before.mark == Mark::Band).count();
                colors::of_class(curves.saturating_sub(1)).mix(0.32 / (bands + 1) as f64)
            }
        }
    }

    fn with_series<X: Coordinate, Y: Coordinate>(
        mut self,
        mark: Mark,
        name: String,
        x: impl IntoIterator<Item = X>,
        y: impl IntoIterator<Item = Y>,
    ) -> Self {
        let x = x.into_iter().map(Coordinate::value).collect();
        let y = y.into_iter().map(Coordinate::value).collect();
        self.series.push(Series { name, x, y, mark });
        self
    }

    /// Saves the plot as PNG or SVG, by the extension of `path`. Missing folders are created.
    ///
    /// The file is written atomically (temporary file, then rename).
    ///
    /// # Errors
    /// Returns an error if there are no points, a series has different numbers of x and y values, a value is not finite
    /// or not positive on a logarithmic axis, or the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), PlotError> {
        file::save(self, path.as_ref())
    }
}

impl Picture for Plot {
    fn size(&self) -> (u32, u32) {
        SIZE
    }

    fn check(&self) -> Result<(), PlotError> {
        if self.series.is_empty() {
            return Err(PlotError::NothingToDraw);
        }
        self.series.iter().try_for_each(|series| series.check(self.log_y))
    }

    fn draw<B: DrawingBackend>(&self, area: &Area<B>) -> DrawResult<B> {
        chart::draw(self, area)
    }
}

impl Series {
    fn check(&self, log_y: bool) -> Result<(), PlotError> {
        let name = || self.name.clone();
        if self.x.len() != self.y.len() {
            return Err(PlotError::Lengths { name: name(), x: self.x.len(), y: self.y.len() });
        }
        if self.x.is_empty() {
            return Err(PlotError::NoPoints { name: name() });
        }
        for (index, (&x, &y)) in self.x.iter().zip(&self.y).enumerate() {
            if !(x.is_finite() && y.is_finite()) {
                return Err(PlotError::NotFinite { name: name(), index, x, y });
            }
            if log_y && y <= 0.0 {
                return Err(PlotError::NotPositive { name: name(), index, y });
            }
        }
        Ok(())
    }
}

/// Converts values to class indices.
fn classes(values: &[f64], role: &'static str) -> Result<Vec<usize>, PlotError> {
    let class = |(index, &value): (usize, &f64)| {
        let is_class = value >= 0.0 && value.fract() == 0.0 && value <= f64::from(u32::MAX);
        if is_class { Ok(value as usize) } else { Err(PlotError::InvalidClass { role, index, value }) }
    };
    values.iter().enumerate().map(class).collect()
}

/// Checks the number of columns of all rows, and that all values are finite.
fn check_rows(rows: &[Vec<f64>], columns: usize) -> Result<(), PlotError> {
    for (row, values) in rows.iter().enumerate() {
        if values.len() != columns {
            return Err(PlotError::Columns { row, expected: columns, found: values.len() });
        }
        if let Some(column) = values.iter().position(|value| !value.is_finite()) {
            return Err(PlotError::Value { row, column, value: values[column], expected: "a finite value" });
        }
    }
    Ok(())
}
