/// What is wrong with a table. Lines are counted from 1, as editors do.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CsvErrorKind {
    /// There is not one line.
    #[error("the file is empty")]
    Empty,
    /// No column has this name.
    #[error("no column is called {name:?}: {suggestion}")]
    MissingColumn {
        /// The name asked for.
        name: String,
        /// The nearest name, or all of them.
        suggestion: String,
    },
    /// Two columns have the same name.
    #[error("columns {first} and {second} are both called {name:?}")]
    DuplicateColumn {
        /// The name.
        name: String,
        /// The number of the first, counted from 1.
        first: usize,
        /// The number of the second.
        second: usize,
    },
    /// A row with more or fewer fields than the first line.
    #[error("line {line} has the length {has}, but {needed} is needed")]
    RaggedRow {
        /// The line on which the row begins.
        line: u64,
        /// How many fields it has.
        has: usize,
        /// How many fields the first line has.
        needed: usize,
    },
    /// A field with nothing in it.
    #[error("line {line}, column {column:?}: the field is empty")]
    MissingField {
        /// The line on which the row begins.
        line: u64,
        /// The column's name.
        column: String,
    },
    /// A field that is no number, or one that is not finite in the wanted precision.
    #[error("line {line}, column {column:?}: {text:?} is not a finite number")]
    NotANumber {
        /// The line on which the row begins.
        line: u64,
        /// The column's name.
        column: String,
        /// What is there, shortened where it is long.
        text: String,
    },
    /// A field that is not among the known classes.
    #[error("line {line}, column {column:?}: no class is called {text:?}: {suggestion}")]
    UnknownClass {
        /// The line on which the row begins.
        line: u64,
        /// The column's name.
        column: String,
        /// What is there, shortened where it is long.
        text: String,
        /// The nearest name, or all of them.
        suggestion: String,
    },
    /// Bytes that are not UTF-8.
    #[error("line {line}, column {column}: the text is not UTF-8")]
    NotUtf8 {
        /// The line on which the row begins.
        line: u64,
        /// The number of the column, counted from 1.
        column: usize,
    },
    /// Another number of names than columns is to be written.
    #[error("{names} names for {columns} columns")]
    Names {
        /// The names.
        names: usize,
        /// The columns.
        columns: usize,
    },
}
