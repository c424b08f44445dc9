//! Sizes of layers that are known at run time, from a list that the compiler knows.

/// A size that is not in the list of [`sizes!`](crate::sizes).
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{name} is {value}: expected one of {listed}")]
pub struct UnlistedSize {
    /// Name of the constant.
    pub name: &'static str,
    /// Value at run time.
    pub value: usize,
    /// Listed sizes.
    pub listed: &'static str,
}

mlp_core::debug_as_display!(UnlistedSize);

/// Runs code with sizes as constants, for sizes that are known at run time: one copy of the code for each size of a list.
///
/// The code is an expression of a `Result`, in which each name is a `const` of type `usize`. A size that is not in its list is the
/// error [`UnlistedSize`], converted by [`From`]. Several lists are all combinations, so keep them short: each combination of a
/// network is compiled.
///
/// ```
/// # mod mlp { pub mod training { pub use mlp_train::UnlistedSize; } pub use mlp_train::sizes; }
/// use mlp::training::UnlistedSize;
/// use mlp::sizes;
///
/// fn area(width: usize, height: usize) -> Result<usize, UnlistedSize> {
///     sizes!(WIDTH in [8, 16, 32] = width; HEIGHT in [1, 2] = height => {
///         Ok([[0_u8; WIDTH]; HEIGHT].as_flattened().len())
///     })
/// }
///
/// assert_eq!(area(16, 2), Ok(32));
/// assert_eq!(area(9, 2).unwrap_err().to_string(), "WIDTH is 9: expected one of [8, 16, 32]");
/// ```
#[macro_export]
macro_rules! sizes {
    ($name:ident in [$($size:literal),+ $(,)?] = $value:expr => $body:expr) => {
        $crate::sizes!(@list $name, [$($size),+], $value, { => $body })
    };
    ($name:ident in [$($size:literal),+ $(,)?] = $value:expr; $($rest:tt)+) => {
        $crate::sizes!(@list $name, [$($size),+], $value, { $($rest)+ })
    };
    (@list $name:ident, [$($size:literal),+], $value:expr, $rest:tt) => {
        match $value {
            $($size => {
                #[allow(dead_code, reason = "the code may use some of the sizes only")]
                const $name: usize = $size;
                $crate::sizes!(@inside $rest)
            })+
            value => Err($crate::UnlistedSize {
                name: stringify!($name),
                value,
                listed: stringify!([$($size),+]),
            }
            .into()),
        }
    };
    (@inside { => $body:expr }) => { $body };
    (@inside { $($rest:tt)+ }) => { $crate::sizes!($($rest)+) };
}
