use std::io;
use std::path::PathBuf;

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
    /// There are not as many predictions as true values.
    #[error("there are {truth} true values, but {predicted} predictions")]
    Predictions {
        /// How many true values.
        truth: usize,
        /// How many predictions.
        predicted: usize,
    },
    /// There are not as many classes as points.
    #[error("there are {points} points, but classes of {classes}")]
    PointsAndClasses {
        /// How many points.
        points: usize,
        /// How many classes.
        classes: usize,
    },
    /// A class is not a whole number from 0.
    #[error("the {role} class at index {index} is {value}, which is not a whole number from 0")]
    NotAClass {
        /// Which of the classes: `true` or `predicted`.
        role: &'static str,
        /// Which sample, from 0.
        index: usize,
        /// What is there.
        value: f64,
    },
    /// More classes than can be shown.
    #[error("there are {classes} classes, and this picture shows up to {most}")]
    TooManyClasses {
        /// How many there are.
        classes: usize,
        /// How many can be shown.
        most: usize,
    },
    /// Not as many names as there is to name.
    #[error("there are {names} names for {needed} {role}")]
    Names {
        /// What they are for: `classes`, `rows` or `columns`.
        role: &'static str,
        /// How many names were given.
        names: usize,
        /// How many are needed.
        needed: usize,
    },
    /// A table is empty.
    #[error("\"{title}\" has no numbers to show")]
    NoNumbers {
        /// The picture's title.
        title: String,
    },
    /// A table is not of the shape that the picture needs.
    #[error("row {row} has {found} columns, but {needed} are needed")]
    Columns {
        /// Which row, from 0.
        row: usize,
        /// How many columns it has.
        found: usize,
        /// How many it needs.
        needed: usize,
    },
    /// A number of a table cannot be shown.
    #[error("the number in row {row}, column {column} is {value}, but {needed} is needed")]
    Number {
        /// Which row, from 0.
        row: usize,
        /// Which column, from 0.
        column: usize,
        /// What is there.
        value: f64,
        /// What should be: `a finite number` or `a count`.
        needed: &'static str,
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
