use crate::debug_as_display;

/// Reason why a function of the C interface did nothing.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[repr(i32)]
pub enum Error {
    /// A pointer is null, or not aligned for its type.
    #[error("a pointer is null or not aligned")]
    Pointer = 1,
    /// The length of an array is not that of whole rows, or of the parameters.
    #[error("an array has a length that does not fit")]
    Length = 2,
    /// The function would write an array that overlaps the network.
    #[error("an array overlaps the network")]
    Overlap = 3,
    /// The bytes of a file do not match the network, or a value in them is NaN or infinite.
    #[error("the bytes do not match the network")]
    Bytes = 4,
    /// A panic in a custom layer. What the function writes is unspecified.
    #[error("a panic in a custom layer")]
    Panic = 5,
}

debug_as_display!(Error);

impl Error {
    /// All errors, with their names in C.
    pub(super) const ALL: [(Self, &'static str); 5] = [
        (Self::Pointer, "pointer"),
        (Self::Length, "length"),
        (Self::Overlap, "overlap"),
        (Self::Bytes, "bytes"),
        (Self::Panic, "panic"),
    ];

    /// Returns the code that a function returns in C.
    pub const fn code(self) -> i32 {
        self as i32
    }
}
