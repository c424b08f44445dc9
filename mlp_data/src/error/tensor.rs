use crate::element_type::ElementType;

/// Invalid tensor. Row indices start at 0.
#[derive(Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TensorErrorKind {
    /// The file has a different format.
    #[error("not an {format} file (starts with {found:02X?})")]
    Magic {
        /// Expected format.
        format: &'static str,
        /// First bytes of the file.
        found: Vec<u8>,
    },
    /// The file has another format that is known.
    #[error("expected a safetensors file, found {found}; {advice}")]
    OtherFormat {
        /// Description of the format.
        found: &'static str,
        /// Advice on loading or converting such a file.
        advice: &'static str,
    },
    /// The file ends within its header.
    #[error("truncated header")]
    TruncatedHeader,
    /// The header cannot be parsed.
    #[error("invalid header: {0}")]
    Header(String),
    /// The elements are not numbers, or of an unsupported type.
    #[error("unsupported element type {0}")]
    ElementType(String),
    /// The format to write does not have this element type.
    #[error("{format} does not support elements of type {element:?}")]
    UnsupportedByFormat {
        /// Format to write.
        format: &'static str,
        /// Type of the elements.
        element: ElementType,
    },
    /// The size in bytes overflows.
    #[error("dimensions {dimensions:?} are too large")]
    TooLarge {
        /// Dimensions in the header.
        dimensions: Vec<usize>,
    },
    /// The file has fewer elements than the header states.
    #[error("expected {expected} bytes of elements, found {found}")]
    Truncated {
        /// Number of bytes according to the header.
        expected: u64,
        /// Number of bytes in the file.
        found: u64,
    },
    /// The file has more elements than the header states.
    #[error("expected {expected} bytes of elements, found more")]
    TooLong {
        /// Number of bytes according to the header.
        expected: u64,
    },
    /// A scalar has no rows.
    #[error("expected at least one dimension, found a scalar")]
    NoDimensions,
    /// A sample has a different number of features.
    #[error("expected {expected} columns, found {found} (dimensions {dimensions:?})")]
    Columns {
        /// All dimensions; the first is the number of samples.
        dimensions: Vec<usize>,
        /// Number of columns in the type.
        expected: usize,
        /// Number of elements per sample.
        found: usize,
    },
    /// A row has several elements where one label is expected.
    #[error("expected one label per row, found {found} (dimensions {dimensions:?})")]
    NotLabels {
        /// All dimensions; the first is the number of samples.
        dimensions: Vec<usize>,
        /// Number of elements per row.
        found: usize,
    },
    /// A label is not a class index.
    #[error("row {row}: expected a class index (0, 1, 2, …), found {value}")]
    InvalidLabel {
        /// Index of the row.
        row: usize,
        /// Value of the label.
        value: f64,
    },
    /// An element is NaN or infinite, so that a file with it could not be loaded again.
    #[error("index {index:?}: expected a finite value, found {value}")]
    NotFinite {
        /// Index of the first such element.
        index: Vec<usize>,
        /// Value of the element.
        value: f64,
    },
    /// The elements of a row are not contiguous, so that rows cannot be read one by one.
    #[error("column-major elements (Fortran order) cannot be read row by row; save a copy in C order")]
    ColumnMajor,
    /// No tensor has this name.
    #[error("unknown tensor {name:?}; {suggestion}")]
    Missing {
        /// Requested name.
        name: String,
        /// Nearest name, or all of them.
        suggestion: String,
    },
}

mlp_core::debug_as_display!(TensorErrorKind);
