//! Definition of the optimizers' types.

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
        #[derive(Clone, Debug)]
        pub struct $name {
            config: super::OptimizerConfig,
            $($field: $kind,)*
        }

        impl Default for $name {
            /// Returns the optimizer with Keras's defaults.
            fn default() -> Self {
                Self::new($learning_rate)
            }
        }

        impl $name {
            #[doc = concat!("Creates `", stringify!($name), "` with a learning rate or schedule, and Keras's defaults for the rest.")]
            pub fn new(learning_rate: impl super::IntoLearningRate) -> Self {
                let config = super::OptimizerConfig {
                    $(weight_decay: Some($weight_decay),)?
                    ..super::OptimizerConfig::new(learning_rate)
                };
                Self { config, $($field: $default,)* }
            }

            /// Returns an error if the value of an option is invalid.
            fn check_options(&self) -> Result<(), $crate::options::InvalidValue> {
                $($crate::options::OptionValue::check(self.$field, stringify!($field))?;)*
                Ok(())
            }

            /// Visits the options and their values.
            fn visit_options(&self, visit: &mut dyn FnMut(&'static str, f64)) {
                $(visit(stringify!($field), $crate::options::OptionValue::number(self.$field));)*
                let _ = visit;
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

/// Writes the methods of [`Optimizer`](super::Optimizer) that access the configuration.
macro_rules! config {
    ($name:ident) => {
        const NAME: &'static str = stringify!($name);

        fn check(&self) -> Result<(), $crate::options::InvalidValue> {
            self.config.check()?;
            self.check_options()
        }
        fn settings(&self, visit: &mut dyn FnMut(&'static str, f64)) {
            self.visit_options(visit);
        }
        fn config(&self) -> &$crate::optimizers::OptimizerConfig {
            &self.config
        }
        fn config_mut(&mut self) -> &mut $crate::optimizers::OptimizerConfig {
            &mut self.config
        }
    };
}
pub(super) use config;
