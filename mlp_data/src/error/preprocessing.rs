/// Data that cannot be prepared as requested. Row, column and class indices start at 0.
#[derive(Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PreprocessingError {
    /// The data is empty.
    #[error("the data has no rows")]
    NoRows,
    /// Two containers have different numbers of rows.
    #[error("row counts differ: {first} and {other}")]
    DifferentRows {
        /// Number of rows of the first container.
        first: usize,
        /// Number of rows of the other container.
        other: usize,
    },
    /// A value is NaN or infinite.
    #[error("row {row}, column {column}: expected a finite value, found {value}")]
    NotFinite {
        /// Index of the sample.
        row: usize,
        /// Index of the feature.
        column: usize,
        /// The value.
        value: f64,
    },
    /// The range of a column overflows.
    #[error("column {column}: range overflows the scalar type")]
    Range {
        /// Index of the feature.
        column: usize,
    },
    /// The range to scale to is empty or infinite.
    #[error("expected a finite range with min < max, found {from} to {to}")]
    FeatureRange {
        /// Lower end of the range.
        from: f64,
        /// Upper end of the range.
        to: f64,
    },
    /// A label is not a class index.
    #[error("row {row}: expected a class index below {classes}, found {label}")]
    Label {
        /// Index of the sample.
        row: usize,
        /// Label of the sample.
        label: usize,
        /// Number of classes.
        classes: usize,
    },
    /// The fraction of test rows is out of range.
    #[error("expected a test size between 0 and 1 (exclusive), found {size}; `Split::test_rows` sets a number of rows")]
    TestSize {
        /// Requested fraction.
        size: f64,
    },
    /// One side of a split is empty.
    #[error("a split of {rows} rows with {test} test rows leaves one side empty")]
    EmptySide {
        /// Number of all rows.
        rows: usize,
        /// Number of test rows.
        test: usize,
    },
    /// A stratified split does not shuffle.
    #[error("a stratified split must shuffle; remove `stratify` or `shuffle(false)`")]
    StratifiedUnshuffled,
    /// A class has too few rows to be on every side.
    #[error("class {label}: expected at least {min} rows, found {rows}")]
    SmallClass {
        /// Index of the class.
        label: usize,
        /// Number of rows of the class.
        rows: usize,
        /// Minimum number of rows.
        min: usize,
    },
    /// One side of a split has fewer rows than there are classes.
    #[error("a side of {rows} rows cannot hold {classes} classes; change the test size")]
    FewerRowsThanClasses {
        /// Number of rows of that side.
        rows: usize,
        /// Number of classes.
        classes: usize,
    },
    /// The number of folds is out of range.
    #[error("expected at least 2 folds and at most one per row ({rows} rows), found {folds}")]
    Folds {
        /// Number of all rows.
        rows: usize,
        /// Requested number of folds.
        folds: usize,
    },
}

mlp_core::debug_as_display!(PreprocessingError);

impl PreprocessingError {
    pub(crate) fn same_rows(first: usize, other: usize) -> Result<(), Self> {
        if first == other { Ok(()) } else { Err(Self::DifferentRows { first, other }) }
    }
}
