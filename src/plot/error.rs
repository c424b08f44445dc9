use std::io;
use std::path::PathBuf;

/// Plot that cannot be drawn or saved. Row, column and sample indices start at 0.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum PlotError {
    /// The extension of the file is not a supported format.
    #[error("{}: expected the extension .png or .svg", .0.display())]
    Extension(PathBuf),
    /// No series was added.
    #[error("the plot is empty; add a `line` or a `scatter`")]
    NothingToDraw,
    /// A series is empty.
    #[error("series {name:?} has no points")]
    NoPoints {
        /// Name of the series.
        name: String,
    },
    /// A series has different numbers of x and y values.
    #[error("series {name:?}: expected as many x as y values, found {x} and {y}")]
    Lengths {
        /// Name of the series.
        name: String,
        /// Number of x values.
        x: usize,
        /// Number of y values.
        y: usize,
    },
    /// A coordinate is NaN or infinite; training may have diverged.
    #[error("series {name:?}, index {index}: expected a finite point, found ({x}, {y})")]
    NotFinite {
        /// Name of the series.
        name: String,
        /// Index of the point.
        index: usize,
        /// x value of the point.
        x: f64,
        /// y value of the point.
        y: f64,
    },
    /// A value is not positive, but the axis is logarithmic.
    #[error("series {name:?}, index {index}: expected a positive value on a logarithmic axis, found {y}")]
    NotPositive {
        /// Name of the series.
        name: String,
        /// Index of the point.
        index: usize,
        /// y value of the point.
        y: f64,
    },
    /// The numbers of predictions and true values differ.
    #[error("expected a prediction for each of {truth} true values, found {predicted}")]
    Predictions {
        /// Number of true values.
        truth: usize,
        /// Number of predictions.
        predicted: usize,
    },
    /// The numbers of points and classes differ.
    #[error("expected a class for each of {points} points, found {classes}")]
    PointsAndClasses {
        /// Number of points.
        points: usize,
        /// Number of classes.
        classes: usize,
    },
    /// A class is not a class index.
    #[error("{role} class at index {index}: expected an integer from 0, found {value}")]
    InvalidClass {
        /// Role of the class: `true` or `predicted`.
        role: &'static str,
        /// Index of the sample.
        index: usize,
        /// Value of the class.
        value: f64,
    },
    /// The number of classes exceeds the maximum.
    #[error("expected at most {max} classes, found {classes}")]
    TooManyClasses {
        /// Number of classes.
        classes: usize,
        /// Maximum number of classes.
        max: usize,
    },
    /// The number of names is wrong.
    #[error("expected {expected} names of {role}, found {names}")]
    Names {
        /// Named items: `classes`, `rows` or `columns`.
        role: &'static str,
        /// Number of items.
        expected: usize,
        /// Number of names.
        names: usize,
    },
    /// The ends of a range of coordinates are equal or not finite.
    #[error("range of {axis}: expected two finite ends that differ, found {first} and {last}")]
    Range {
        /// Axis of the range: `x` or `y`.
        axis: &'static str,
        /// Coordinate of the first column or row.
        first: f64,
        /// Coordinate of the last column or row.
        last: f64,
    },
    /// A matrix or a history is empty.
    #[error("plot {title:?} has no values")]
    NoValues {
        /// Title of the plot.
        title: String,
    },
    /// A row has a wrong number of columns.
    #[error("row {row}: expected {expected} columns, found {found}")]
    Columns {
        /// Index of the row.
        row: usize,
        /// Expected number of columns.
        expected: usize,
        /// Number of columns of the row.
        found: usize,
    },
    /// A value of a matrix cannot be drawn.
    #[error("row {row}, column {column}: expected {expected}, found {value}")]
    Value {
        /// Index of the row.
        row: usize,
        /// Index of the column.
        column: usize,
        /// The value.
        value: f64,
        /// Expected kind of value: `a finite value` or `a count`.
        expected: &'static str,
    },
    /// The plot could not be drawn.
    #[error("cannot draw the plot: {0}")]
    Drawing(String),
    /// The file could not be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// Path of the file.
        path: PathBuf,
        /// Cause of the error.
        source: io::Error,
    },
}

mlp_core::debug_as_display!(PlotError);
