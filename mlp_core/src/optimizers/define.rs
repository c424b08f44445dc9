//! What the optimizers' types have in common.

/// Writes an optimizer's type: its defaults, `new`, a method for each field, and its part in the traits.
///
/// A field is written as in the struct, with its default; the learning rate and the settings are everyone's.
macro_rules! optimizer {
    (
        $(#[$doc:meta])*
        $name:ident: learning_rate $learning_rate:literal $(, weight_decay $weight_decay:literal)?;
        $($(#[$field_doc:meta])* $field:ident: $kind:ty = $default:expr,)*
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            /// `α`: a number, or a [`Schedule`](super::Schedule).
            pub learning_rate: super::LearningRate,
            $($(#[$field_doc])* pub $field: $kind,)*
            /// Clipping, weight decay, averaging and accumulation.
            pub settings: super::Settings,
        }

        impl Default for $name {
            /// Keras's defaults.
            fn default() -> Self {
                Self {
                    learning_rate: super::LearningRate::Constant($learning_rate),
                    $($field: $default,)*
                    settings: super::Settings::default()$(.with_weight_decay($weight_decay))?,
                }
            }
        }

        impl $name {
            #[doc = concat!("`", stringify!($name), "` with a learning rate, and Keras's defaults for the rest.")]
            pub fn new(learning_rate: impl Into<super::LearningRate>) -> Self {
                Self { learning_rate: learning_rate.into(), ..Self::default() }
            }

            $(
                $(#[$field_doc])*
                #[must_use]
                pub fn $field(self, $field: $kind) -> Self {
                    Self { $field, ..self }
                }
            )*
        }

        impl super::Configure for $name {
            fn settings_mut(&mut self) -> &mut super::Settings {
                &mut self.settings
            }
        }
    };
}
pub(super) use optimizer;

/// The methods of [`Optimizer`](super::Optimizer) that only give and set what the type holds; which field a schedule's momentum
/// is for, if there is one.
macro_rules! common {
    ($($momentum:ident)?) => {
        $(
            fn follow(&mut self, step: u64) {
                if let Some(momentum) = self.learning_rate.momentum(step) {
                    // Zero would be none, for which nothing is remembered.
                    self.$momentum = momentum.max(f64::MIN_POSITIVE);
                }
            }
        )?
        fn learning_rate(&self, step: u64) -> f64 {
            self.learning_rate.at(step)
        }
        fn set_learning_rate(&mut self, learning_rate: f64) {
            self.learning_rate = learning_rate.into();
        }
        fn settings(&self) -> $crate::optimizers::Settings {
            self.settings
        }
    };
}
pub(super) use common;
