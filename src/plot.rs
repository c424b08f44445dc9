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

mod axis;
mod canvas;
mod chart;
mod file;
mod legend;
mod lettering;
mod thinning;

use std::io;
use std::path::{Path, PathBuf};

/// The size of every picture, in pixels.
pub const SIZE: (u32, u32) = (1200, 600);

/// A chart of curves and points, drawn in the order in which they are added.
///
/// Colours are Okabe and Ito's, which colour-blind people can tell apart.
#[derive(Clone, Debug)]
pub struct Plot {
    title: String,
    x_label: String,
    y_label: String,
    log_y: bool,
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
}

impl Plot {
    /// An empty chart.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), x_label: String::new(), y_label: String::new(), log_y: false, series: Vec::new() }
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
        let path = path.as_ref();
        let format = file::Format::of(path)?;
        self.check()?;
        let bytes = file::encode(self, format)?;
        file::write(path, &bytes).map_err(|source| PlotError::Write { path: path.into(), source })
    }

    fn check(&self) -> Result<(), PlotError> {
        if self.series.is_empty() {
            return Err(PlotError::NothingToDraw);
        }
        self.series.iter().try_for_each(|series| series.check(self.log_y))
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

/// A number that can be drawn.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a number that can be drawn")]
pub trait Coordinate {
    /// Its value.
    fn value(self) -> f64;
}

macro_rules! coordinates {
    ($($number:ty),*) => {$(
        impl Coordinate for $number {
            fn value(self) -> f64 {
                self as f64
            }
        }

        impl Coordinate for &$number {
            fn value(self) -> f64 {
                *self as f64
            }
        }
    )*};
}

coordinates!(f32, f64, i32, u32, usize);

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlotError {
    /// The file's name tells no format.
    #[error("{}: a picture's name ends in .png or .svg", .0.display())]
    Extension(PathBuf),
    /// No series was added.
    #[error("a plot needs a line or a scatter")]
    NothingToDraw,
    /// A series is empty.
    #[error("\"{name}\" has no points")]
    NoPoints {
        /// The series.
        name: String,
    },
    /// A series has not as many x as y.
    #[error("\"{name}\" has {x} values of x, but {y} of y")]
    Lengths {
        /// The series.
        name: String,
        /// How many values of x.
        x: usize,
        /// How many values of y.
        y: usize,
    },
    /// A point is nowhere: training may have diverged.
    #[error("\"{name}\" has a point that is not finite: ({x}, {y}) at index {index}")]
    NotFinite {
        /// The series.
        name: String,
        /// Which point, from 0.
        index: usize,
        /// Its place.
        x: f64,
        /// Its height.
        y: f64,
    },
    /// A logarithmic axis has no place for the value.
    #[error("\"{name}\" is {y} at index {index}, and a logarithmic axis shows positive values only")]
    NotPositive {
        /// The series.
        name: String,
        /// Which point, from 0.
        index: usize,
        /// Its height.
        y: f64,
    },
    /// The picture could not be drawn.
    #[error("cannot draw the plot: {0}")]
    Drawing(String),
    /// The file could not be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
}
