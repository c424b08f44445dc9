//! Types with options: `new` expects the required arguments, and a builder method sets each option. Their valid values.

/// Option of a layer, a loss or an optimizer with an invalid value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InvalidValue {
    /// Name of the option.
    pub option: &'static str,
    /// Its value.
    pub value: f64,
    /// Description of the valid values.
    pub expected: &'static str,
}

impl InvalidValue {
    /// Returns an error unless `is_valid`.
    ///
    /// # Errors
    /// If `is_valid` is false.
    pub fn require(is_valid: bool, option: &'static str, value: f64, expected: &'static str) -> Result<(), Self> {
        if is_valid { Ok(()) } else { Err(Self { option, value, expected }) }
    }
}

/// A value of an option, which is valid or not depending on the option's name.
#[doc(hidden)]
pub trait OptionValue {
    /// Returns an error if the value is invalid for the option of this name.
    ///
    /// # Errors
    /// If the value is outside of the range of the option.
    fn check(self, option: &'static str) -> Result<(), InvalidValue>;

    /// Returns the value as a number: NaN if there is none, and 1 for `true`.
    fn number(self) -> f64;
}

impl OptionValue for f64 {
    fn check(self, option: &'static str) -> Result<(), InvalidValue> {
        let (is_valid, expected) = match option {
            "beta_1" | "beta_2" | "rho" | "momentum" | "ema_momentum" | "label_smoothing" => {
                ((0.0..1.0).contains(&self), "a value in [0, 1)")
            }
            "alpha" | "quantile" => ((0.0..=1.0).contains(&self), "a value in [0, 1]"),
            "delta" | "radius" => (self > 0.0 && self.is_finite(), "a finite value above 0"),
            "learning_rate_power" => (self <= 0.0 && self.is_finite(), "a finite value of at most 0"),
            _ => (self >= 0.0 && self.is_finite(), "a finite value of at least 0"),
        };
        InvalidValue::require(is_valid, option, self, expected)
    }

    fn number(self) -> f64 {
        self
    }
}

impl OptionValue for Option<f64> {
    fn check(self, option: &'static str) -> Result<(), InvalidValue> {
        self.map_or(Ok(()), |value| value.check(option))
    }

    fn number(self) -> f64 {
        self.unwrap_or(f64::NAN)
    }
}

impl OptionValue for bool {
    fn check(self, _option: &'static str) -> Result<(), InvalidValue> {
        Ok(())
    }

    fn number(self) -> f64 {
        f64::from(u8::from(self))
    }
}

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
/// `options!(@check self …)` is the check of the options of such a type, by their names, and
/// `options!(@visit self, visit …)` calls `visit` with each name and value.
///
/// `alpha(f64): Option<f64> = None` declares an option whose builder method expects another type than the field has.
#[doc(hidden)]
#[macro_export]
macro_rules! options {
    ($(#[$doc:meta])* $name:ident ;) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq)]
        pub struct $name;

        impl $name {
            #[doc = concat!("Creates a `", stringify!($name), "`, which has no options: the same as `", stringify!($name), "`.")]
            pub const fn new() -> Self {
                Self
            }
        }
    };
    ($(#[$doc:meta])* $name:ident ($($(#[$argument_doc:meta])* $argument:ident: $kind:ty = $default:expr),+)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $name {
            $(pub(crate) $argument: $kind,)+
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
            $(pub(crate) $option: $kind,)+
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
    (@check $self:ident ;) => { Ok(()) };
    (@check $self:ident ($($(#[$doc:meta])* $option:ident: $kind:ty = $default:expr),+)) => {{
        $($crate::options::OptionValue::check($self.$option, stringify!($option))?;)+
        Ok(())
    }};
    (@check $self:ident { $($(#[$doc:meta])* $option:ident $(($argument:ty))?: $kind:ty = $default:expr,)+ }) => {{
        $($crate::options::OptionValue::check($self.$option, stringify!($option))?;)+
        Ok(())
    }};
    (@visit $self:ident, $visit:ident ;) => {{ let _ = $visit; }};
    (@visit $self:ident, $visit:ident ($($(#[$doc:meta])* $option:ident: $kind:ty = $default:expr),+)) => {{
        $($visit(stringify!($option), $crate::options::OptionValue::number($self.$option));)+
    }};
    (@visit $self:ident, $visit:ident {
        $($(#[$doc:meta])* $option:ident $(($argument:ty))?: $kind:ty = $default:expr,)+
    }) => {{
        $($visit(stringify!($option), $crate::options::OptionValue::number($self.$option));)+
    }};
    (@argument $kind:ty) => { $kind };
    (@argument $kind:ty, $argument:ty) => { $argument };
}
