//! Macros for the types of the optimizers.

/// Writes an optimizer's type: its defaults, `new`, and a builder method for each hyper-parameter.
///
/// A hyper-parameter is written as a field with its default; its comment documents the builder method.
macro_rules! optimizer {
    (
        $(#[$doc:meta])*
        $name:ident: learning_rate $learning_rate:literal $(, weight_decay $weight_decay:literal)?;
        $($(#[$field_doc:meta])* $field:ident: $kind:ty = $default:expr,)*
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            config: super::OptimizerConfig,
            $($field: $kind,)*
        }

        impl Default for $name {
            #[doc = concat!("Creates an `", stringify!($name), "` with Keras's defaults.")]
            fn default() -> Self {
                Self::new($learning_rate)
            }
        }

        impl $name {
            #[doc = concat!(
                "Creates an `", stringify!($name), "` with a learning rate, a number or a schedule. Defaults to ",
                stringify!($learning_rate), "; the rest has Keras's defaults."
            )]
            pub fn new(learning_rate: impl Into<super::LearningRate>) -> Self {
                Self {
                    config: super::OptimizerConfig {
                        $(weight_decay: Some($weight_decay),)?
                        ..super::OptimizerConfig::new(learning_rate)
                    },
                    $($field: $default,)*
                }
            }

            $(
                $(#[$field_doc])*
                #[must_use]
                pub fn $field(self, $field: $kind) -> Self {
                    Self { $field, ..self }
                }
            )*
        }
    };
}
pub(super) use optimizer;

/// Writes the part of [`Optimizer`](super::Optimizer) that every optimizer of the library has in common.
macro_rules! common {
    ($name:literal) => {
        const NAME: &'static str = $name;

        fn config(&self) -> &$crate::optimizers::OptimizerConfig {
            &self.config
        }
        fn config_mut(&mut self) -> &mut $crate::optimizers::OptimizerConfig {
            &mut self.config
        }
    };
}
pub(super) use common;
