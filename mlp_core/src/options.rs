//! Types with options: `new` expects the required arguments, and a builder method sets each option.

/// Writes a type from its arguments and options. Their comments document `new` and the builder methods.
///
/// ```text
/// options! { /// No options: a unit struct.
///     Poisson; }
/// options! { /// Options: `Huber::new().delta(2.0)`.
///     Huber {
///         /// Sets `δ`. Defaults to 1.
///         delta: f64 = 1.0,
///     }
/// }
/// options! { /// Required arguments: `Quantile::new(0.9)`. The values here are those of `Default`.
///     Quantile(quantile: f64 = 0.5) }
/// options! { /// Both: `ExponentialDecay::new(0.1, 100, 0.5).staircase(true)`.
///     ExponentialDecay(
///         /// Creates a schedule that …
///         initial_learning_rate: f64, decay_steps: u64, decay_rate: f64,
///     ) {
///         /// Sets whether …
///         staircase: bool = false,
///     }
/// }
/// ```
///
/// `alpha(f64): Option<f64> = None` declares an option whose builder method expects another type than the field has.
#[doc(hidden)]
#[macro_export]
macro_rules! options {
    ($(#[$doc:meta])* $name:ident ;) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq)]
        pub struct $name;
    };
    ($(#[$doc:meta])* $name:ident ($($(#[$argument_doc:meta])* $argument:ident: $kind:ty = $default:expr),+)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $name {
            $($argument: $kind,)+
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($argument: $default,)+ }
            }
        }

        impl $name {
            $($(#[$argument_doc])*)+
            pub fn new($($argument: $kind),+) -> Self {
                Self { $($argument),+ }
            }
        }
    };
    (
        $(#[$doc:meta])*
        $name:ident {
            $($(#[$option_doc:meta])* $option:ident $(($argument:ty))?: $kind:ty = $default:expr,)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $name {
            $($option: $kind,)+
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($option: $default,)+ }
            }
        }

        impl $name {
            #[doc = concat!("Creates a `", stringify!($name), "` with the default options.")]
            pub fn new() -> Self {
                Self::default()
            }

            $(
                $(#[$option_doc])*
                #[must_use]
                pub fn $option(mut self, $option: $crate::options!(@argument $kind $(, $argument)?)) -> Self {
                    self.$option = $option.into();
                    self
                }
            )+
        }
    };
    (
        $(#[$doc:meta])*
        $name:ident ($($(#[$argument_doc:meta])* $argument:ident: $argument_kind:ty,)+) {
            $($(#[$option_doc:meta])* $option:ident: $kind:ty = $default:expr,)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $name {
            $($argument: $argument_kind,)+
            $($option: $kind,)+
        }

        impl $name {
            $($(#[$argument_doc])*)+
            pub fn new($($argument: $argument_kind),+) -> Self {
                Self { $($argument,)+ $($option: $default),+ }
            }

            $(
                $(#[$option_doc])*
                #[must_use]
                pub fn $option(mut self, $option: $kind) -> Self {
                    self.$option = $option;
                    self
                }
            )+
        }
    };
    (@argument $kind:ty) => { $kind };
    (@argument $kind:ty, $argument:ty) => { $argument };
}
