use super::ElementType;

/// What is wrong with the numbers of a file. Rows are counted from 0.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TensorErrorKind {
    /// The file is of another format.
    #[error("this is no {format} file: it begins with {found:02X?}")]
    Magic {
        /// The format it should have.
        format: &'static str,
        /// Its first bytes.
        found: Vec<u8>,
    },
    /// The file ends within its header.
    #[error("the file ends within its header")]
    TruncatedHeader,
    /// What the header says cannot be understood.
    #[error("the header is damaged: {0}")]
    Header(String),
    /// Elements that are no numbers, or not such as can be read.
    #[error("elements of type {0} cannot be read")]
    ElementType(String),
    /// Elements that the format does not have.
    #[error("{format} has no elements of type {element:?}")]
    Unwritable {
        /// The format to write.
        format: &'static str,
        /// The elements' type.
        element: ElementType,
    },
    /// More numbers than there can be.
    #[error("the dimensions {dimensions:?} are too large")]
    TooLarge {
        /// What the header says.
        dimensions: Vec<usize>,
    },
    /// Fewer numbers than the header says.
    #[error("the numbers end after {has} of {needed} bytes")]
    Truncated {
        /// The bytes there are.
        has: u64,
        /// The bytes there should be.
        needed: u64,
    },
    /// More numbers than the header says.
    #[error("more follows the {needed} bytes of numbers that the header announces")]
    TooLong {
        /// The bytes there should be.
        needed: u64,
    },
    /// A single number has no rows.
    #[error("this is a single number, but samples have at least one dimension")]
    NoDimensions,
    /// A sample has another number of features than needed.
    #[error("the number of columns must be {needed} here, but the dimensions {dimensions:?} have {has}")]
    Columns {
        /// All dimensions; the first counts the samples.
        dimensions: Vec<usize>,
        /// How many numbers a sample has.
        has: usize,
        /// How many the type says.
        needed: usize,
    },
    /// Labels are one number a row.
    #[error("labels have one number a row, but the dimensions {dimensions:?} have {has}")]
    NotLabels {
        /// All dimensions; the first counts the samples.
        dimensions: Vec<usize>,
        /// How many numbers a row has.
        has: usize,
    },
    /// A label that cannot be the index of a class.
    #[error("the label in row {row} is {value}, but classes are whole numbers from 0")]
    NotALabel {
        /// The row.
        row: usize,
        /// The number found there.
        value: f64,
    },
    /// Rows that are not neighbors cannot be read one by one.
    #[error("the numbers are stored column by column (Fortran order), which cannot be read row by row")]
    ColumnByColumn,
    /// No tensor has this name.
    #[error("no tensor is called {name:?}: {suggestion}")]
    Missing {
        /// The name asked for.
        name: String,
        /// The nearest name, or all of them.
        suggestion: String,
    },
}
