/// Data that cannot be prepared as asked. Rows, columns and classes are counted from 0.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PreprocessingError {
    /// There is not one sample.
    #[error("the data has no rows")]
    NoRows,
    /// Two sides of the data do not belong together.
    #[error("the first has {first} rows, but another that belongs to it has {other}")]
    DifferentRows {
        /// The rows of the first.
        first: usize,
        /// The rows of the other.
        other: usize,
    },
    /// A number that is NaN or infinite.
    #[error("({row}, {column}) is {value}: every number must be finite")]
    NotFinite {
        /// The sample.
        row: usize,
        /// The feature.
        column: usize,
        /// The number found there.
        value: f64,
    },
    /// The difference between two numbers of a column is no number any more.
    #[error("the numbers in column {column} lie too far apart to be scaled")]
    Range {
        /// The feature.
        column: usize,
    },
    /// A range to scale to that is none.
    #[error("the range from {from} to {to} is empty or not finite")]
    FeatureRange {
        /// Where it begins.
        from: f64,
        /// Where it ends.
        to: f64,
    },
    /// A label that is no class.
    #[error("the label in row {row} is {label}, but there are {classes} classes, counted from 0")]
    Label {
        /// The sample.
        row: usize,
        /// Its label.
        label: usize,
        /// How many classes there are.
        classes: usize,
    },
    /// A share of the rows that is none.
    #[error("the test size is {size}: a share lies between 0 and 1, both excluded; `Split::test_rows` takes a number")]
    TestSize {
        /// The share asked for.
        size: f64,
    },
    /// One side of a split would be empty.
    #[error("a test with {test} of {rows} rows leaves one side empty")]
    EmptySide {
        /// All rows.
        rows: usize,
        /// Those to test on.
        test: usize,
    },
    /// Classes are kept in proportion by shuffling.
    #[error("a split that keeps the classes in proportion must shuffle")]
    StratifiedUnshuffled,
    /// A class that cannot be on every side.
    #[error("class {label} needs at least {needed} rows, but has {rows}")]
    SmallClass {
        /// The class.
        label: usize,
        /// Its rows.
        rows: usize,
        /// How many it should have at least.
        needed: usize,
    },
    /// A side of the split has not one row for each class.
    #[error("{rows} rows on one side cannot hold {classes} classes")]
    FewerRowsThanClasses {
        /// The rows of that side.
        rows: usize,
        /// How many classes there are.
        classes: usize,
    },
    /// A number of folds that makes no sense.
    #[error("{rows} rows cannot be divided into {folds} folds: there must be at least 2, and a row for each")]
    Folds {
        /// All rows.
        rows: usize,
        /// The folds asked for.
        folds: usize,
    },
}

impl PreprocessingError {
    pub(in crate::data) fn same_rows(first: usize, other: usize) -> Result<(), Self> {
        if first == other { Ok(()) } else { Err(Self::DifferentRows { first, other }) }
    }
}
