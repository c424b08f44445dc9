/// Invalid table. Line and column numbers start at 1, as in editors.
#[derive(Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CsvErrorKind {
    /// The file has no lines.
    #[error("the file is empty")]
    Empty,
    /// All lines end in carriage returns, as files of old Macintosh programs do.
    #[error(
        "the lines end in carriage returns (CR): expected line feeds (LF or CR LF); convert the file, as `tr '\\r' '\\n'` does"
    )]
    CarriageReturns,
    /// The header is one column that contains another delimiter.
    #[error(
        "the header is one column, {header:?}: for other delimiters than {expected:?}, use `CsvOptions::new().delimiter(b{found:?})`"
    )]
    Delimiter {
        /// Start of the header.
        header: String,
        /// Delimiter of the options.
        expected: char,
        /// Delimiter that the header contains.
        found: char,
    },
    /// No column has this name.
    #[error("unknown column {name:?}; {suggestion}")]
    MissingColumn {
        /// Requested name.
        name: String,
        /// Nearest name, or all of them.
        suggestion: String,
    },
    /// Two columns have the same name.
    #[error("columns {first} and {second} have the same name {name:?}")]
    DuplicateColumn {
        /// The name.
        name: String,
        /// Number of the first column.
        first: usize,
        /// Number of the second column.
        second: usize,
    },
    /// A row has more or fewer fields than the first line.
    #[error("line {line}: expected {expected} fields, found {found}")]
    RaggedRow {
        /// Line on which the row starts.
        line: u64,
        /// Number of fields on the first line.
        expected: usize,
        /// Number of fields of this row.
        found: usize,
    },
    /// A field is empty.
    #[error("line {line}, column {column:?}: empty field")]
    MissingField {
        /// Line on which the row starts.
        line: u64,
        /// Name of the column.
        column: String,
    },
    /// A field is not a number, or not finite in the requested precision.
    #[error("line {line}, column {column:?}: expected a finite number, found {text:?}")]
    NotANumber {
        /// Line on which the row starts.
        line: u64,
        /// Name of the column.
        column: String,
        /// Content of the field, shortened if it is long.
        text: String,
    },
    /// A field is not among the known classes.
    #[error("line {line}, column {column:?}: unknown class {text:?}; {suggestion}")]
    UnknownClass {
        /// Line on which the row starts.
        line: u64,
        /// Name of the column.
        column: String,
        /// Content of the field, shortened if it is long.
        text: String,
        /// Nearest name, or all of them.
        suggestion: String,
    },
    /// A field is not valid UTF-8.
    #[error("line {line}, column {column}: invalid UTF-8")]
    NotUtf8 {
        /// Line on which the row starts.
        line: u64,
        /// Number of the column.
        column: usize,
    },
    /// The encoder of a table makes another number of features than the network has.
    #[error("expected {expected} features, found {found}: {names}")]
    Width {
        /// Number of columns of the matrix, or of inputs of the network.
        expected: usize,
        /// Number of features of the encoder.
        found: usize,
        /// Names of the features, separated by commas.
        names: String,
    },
    /// A column has no value from which a fill can be computed.
    #[error("column {column:?} has gaps only: leave it out by `.except([{column:?}])`, or fill it by a constant")]
    OnlyGaps {
        /// Name of the column.
        column: String,
    },
    /// A fill that does not go with its column.
    #[error("column {column:?} has {kind}, which {fill} cannot fill")]
    InvalidFill {
        /// Name of the column.
        column: String,
        /// Description of the values: numbers or text.
        kind: &'static str,
        /// The fill.
        fill: String,
    },
    /// The number of names to write differs from the number of columns.
    #[error("expected {columns} column names, found {names}")]
    Names {
        /// Number of names.
        names: usize,
        /// Number of columns.
        columns: usize,
    },
}

mlp_core::debug_as_display!(CsvErrorKind);
