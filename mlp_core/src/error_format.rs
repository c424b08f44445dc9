//! `Debug` output for error types.

/// Implements `Debug` for error types by printing the message of `Display`.
///
/// `fn main() -> Result<(), FileError>` prints its error with `Debug`, so that the user reads a sentence.
#[doc(hidden)]
#[macro_export]
macro_rules! debug_as_display {
    ($($error:ty),+ $(,)?) => {$(
        impl ::core::fmt::Debug for $error {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(self, f)
            }
        }
    )+};
}
