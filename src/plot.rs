//! Pictures of data, models and training, as PNG or SVG. Feature `plot`.
//!
//! Nothing of the system is needed: the letters of a PNG are Noto Sans (Apache License 2.0), which is built in; those of
//! an SVG are the reader's sans-serif.
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
//! | picture | of |
//! |---|---|
//! | [`Plot`] | any curves and points |
//! | [`Curves`] | a training: loss and metrics, on training and validation data |
//! | [`Confusion`] | a classifier's right and wrong answers |
//! | [`Regression`] | predicted against true values |
//! | [`DecisionRegions`] | a classifier of points in the plane |
//! | [`HeatMap`] | any matrix, such as weights |
//!
//! The graph of a network is drawn by [`Diagram`](crate::diagram::Diagram), which needs no feature.

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

use std::path::Path;

use chart::{Area, Drawn};
use file::Picture;
use plotters_backend::DrawingBackend;

pub use confusion::Confusion;
pub use curves::Curves;
pub use decision_regions::DecisionRegions;
pub use error::PlotError;
pub use heat_map::HeatMap;
pub use numbers::{Coordinate, Table};
pub use regression::Regression;

/// The size of a [`Plot`], in pixels.
pub const SIZE: (u32, u32) = (1200, 600);

/// A chart of curves and points, drawn in the order in which they are added.
///
/// Colors are Okabe and Ito's, which color-blind people can tell apart.
#[derive(Clone, Debug)]
pub struct Plot {
    title: String,
    x_label: String,
    y_label: String,
    log_y: bool,
    /// Whether both axes show the same values.
    equal_axes: bool,
    series: Vec<Series>,
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
    /// A thin gray line to compare with.
    Guide,
}

impl Plot {
    /// An empty chart.
    pub fn new(title: impl Into<String>) -> Self {
        let (x_label, y_label) = (String::new(), String::new());
        Self { title: title.into(), x_label, y_label, log_y: false, equal_axes: false, series: Vec::new() }
    }

    /// What the horizontal axis shows.
    #[must_use]
    pub fn x_label(self, label: impl Into<String>) -> Self {
        Self { x_label: label.into(), ..self }
    }

    /// What the vertical axis shows.
    #[must_use]
    pub fn y_label(self, label: impl Into<String>) -> Self {
        Self { y_label: label.into(), ..self }
    }

    /// Makes the vertical axis logarithmic.
    #[must_use]
    pub fn log_y(self) -> Self {
        Self { log_y: true, ..self }
    }

    /// Adds a curve through the points, in their order. The name is for the legend.
    ///
    /// Slices, vectors, ranges and matrices of nalgebra of one column will do: `line("loss", 1..=epochs, loss)`.
    #[must_use]
    pub fn line<X: Coordinate, Y: Coordinate>(
        self,
        name: impl Into<String>,
        x: impl IntoIterator<Item = X>,
        y: impl IntoIterator<Item = Y>,
    ) -> Self {
        self.with(Mark::Line, name.into(), x, y)
    }

    /// Adds a dot for each point.
    #[must_use]
    pub fn scatter<X: Coordinate, Y: Coordinate>(
        self,
        name: impl Into<String>,
        x: impl IntoIterator<Item = X>,
        y: impl IntoIterator<Item = Y>,
    ) -> Self {
        self.with(Mark::Dots, name.into(), x, y)
    }

    fn with<X: Coordinate, Y: Coordinate>(
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

    /// Writes the picture: PNG or SVG, by the extension. Missing directories are made.
    ///
    /// The file appears when it is whole: it is written under another name next to it, and renamed.
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

    fn draw<B: DrawingBackend>(&self, area: &Area<B>) -> Drawn<B> {
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

/// Classes are whole numbers from 0.
fn classes(values: &[f64], role: &'static str) -> Result<Vec<usize>, PlotError> {
    let class = |(index, &value): (usize, &f64)| {
        let is_class = value >= 0.0 && value.fract() == 0.0 && value <= f64::from(u32::MAX);
        if is_class { Ok(value as usize) } else { Err(PlotError::NotAClass { role, index, value }) }
    };
    values.iter().enumerate().map(class).collect()
}

/// All rows have so many columns, and all numbers are finite.
fn check_rows(rows: &[Vec<f64>], columns: usize) -> Result<(), PlotError> {
    for (row, numbers) in rows.iter().enumerate() {
        if numbers.len() != columns {
            return Err(PlotError::Columns { row, found: numbers.len(), needed: columns });
        }
        if let Some(column) = numbers.iter().position(|number| !number.is_finite()) {
            return Err(PlotError::Number { row, column, value: numbers[column], needed: "a finite number" });
        }
    }
    Ok(())
}
