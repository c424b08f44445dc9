//! Macros for methods that nothing can call: the compiler's message about their bound names what is missing.

/// Writes a bound that no type fulfills, with its message.
macro_rules! absent_bound {
    ($(#[$attribute:meta])* $bound:ident) => {
        $(#[$attribute])*
        pub trait $bound {
            /// Type of any result. It is erroneous for a network, so that its use causes no further message.
            type Output;

            /// Returns the result.
            fn output() -> Self::Output;
        }
    };
}

/// Writes methods of a trait, each with such a bound.
macro_rules! absent_methods {
    ($($name:ident($($argument:tt: $type:ident),*): $bound:ident;)*) => {$(
        #[doc(hidden)]
        fn $name<$($type),*>(&mut self, $($argument: $type),*) -> <Self as $bound>::Output
        where
            Self: $bound,
        {
            <Self as $bound>::output()
        }
    )*};
}

pub(super) use {absent_bound, absent_methods};
