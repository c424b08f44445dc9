/// Limit of [`Limits`](crate::Limits) that a file exceeds.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LimitError {
    /// The content is too large.
    #[error("expected at most {max} bytes of content, found {}; {}", bytes(*found), raise("memory"))]
    Memory {
        /// Limit in bytes.
        max: u64,
        /// Size of the content in bytes. `None` if the file does not state it: it is larger than the limit.
        found: Option<u64>,
    },
    /// The content is many times as large as the compressed file.
    #[error(
        "{compressed} compressed bytes expand to {}, more than {max} times as many; {}",
        bytes(*expanded),
        raise("expansion_ratio")
    )]
    Expansion {
        /// Limit of the ratio.
        max: u64,
        /// Number of compressed bytes.
        compressed: u64,
        /// Number of bytes after decompression, as far as known.
        expanded: Option<u64>,
    },
    /// A line of a table is too long.
    #[error("line {line}: expected at most {max} bytes per row, found more; {}", raise("record_length"))]
    Record {
        /// Line on which the row starts. Starts at 1.
        line: u64,
        /// Limit in bytes.
        max: u64,
    },
    /// The header of a file is too long.
    #[error("expected a header of at most {max} bytes, found {found}; {}", raise("record_length"))]
    Header {
        /// Limit in bytes.
        max: u64,
        /// Length according to the file.
        found: u64,
    },
    /// The file has too many tensors.
    #[error("expected at most {max} tensors, found {}; {}", found.map_or_else(|| "more".to_owned(), |n| n.to_string()), raise("tensors"))]
    Tensors {
        /// Limit of the number.
        max: usize,
        /// Number of tensors, if known.
        found: Option<usize>,
    },
}

mlp_core::debug_as_display!(LimitError);

fn bytes(found: Option<u64>) -> String {
    found.map_or_else(|| "more".to_owned(), |found| format!("{found} bytes"))
}

fn raise(limit: &str) -> String {
    format!("for a file that you trust, raise `Limits::{limit}`")
}
