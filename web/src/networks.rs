//! The networks to choose among: each with each activation, for a curve and for two classes.

use crate::model::{Model, model};

/// Defines the networks with one activation, and the function that creates them by index.
macro_rules! networks {
    ($($module:ident: $activation:ident;)*) => {
        $(
            /// Networks with one activation.
            pub mod $module {
                use mlp::prelude::*;

                sequential! {
                    /// One small hidden layer.
                    pub struct Curve4 { Dense(1 => 4, $activation), Dense(4 => 1) }
                    /// One hidden layer.
                    pub struct Curve8 { Dense(1 => 8, $activation), Dense(8 => 1) }
                    /// Two hidden layers.
                    pub struct Curve8x8 { Dense(1 => 8, $activation), Dense(8 => 8, $activation), Dense(8 => 1) }
                    /// Two wide hidden layers.
                    pub struct Curve16x16 { Dense(1 => 16, $activation), Dense(16 => 16, $activation), Dense(16 => 1) }
                    /// One small hidden layer.
                    pub struct Classes4 { Dense(2 => 4, $activation), Dense(4 => 1) }
                    /// One hidden layer.
                    pub struct Classes8 { Dense(2 => 8, $activation), Dense(8 => 1) }
                    /// Two hidden layers.
                    pub struct Classes8x8 { Dense(2 => 8, $activation), Dense(8 => 8, $activation), Dense(8 => 1) }
                    /// Two wide hidden layers.
                    pub struct Classes16x16 { Dense(2 => 16, $activation), Dense(16 => 16, $activation), Dense(16 => 1) }
                }
            }
        )*

        /// Creates a network for a curve, unless an index does not exist.
        pub fn curve(network: usize, activation: usize, seed: u64) -> Option<Box<dyn Model>> {
            let mut index = 0..;
            $(
                if index.next() == Some(activation) {
                    use $module::*;
                    return match network {
                        0 => model::<Curve4, 1>(&[1, 4, 1], seed),
                        1 => model::<Curve8, 1>(&[1, 8, 1], seed),
                        2 => model::<Curve8x8, 1>(&[1, 8, 8, 1], seed),
                        3 => model::<Curve16x16, 1>(&[1, 16, 16, 1], seed),
                        _ => None,
                    };
                }
            )*
            None
        }

        /// Creates a network for two classes, unless an index does not exist.
        pub fn classes(network: usize, activation: usize, seed: u64) -> Option<Box<dyn Model>> {
            let mut index = 0..;
            $(
                if index.next() == Some(activation) {
                    use $module::*;
                    return match network {
                        0 => model::<Classes4, 2>(&[2, 4, 1], seed),
                        1 => model::<Classes8, 2>(&[2, 8, 1], seed),
                        2 => model::<Classes8x8, 2>(&[2, 8, 8, 1], seed),
                        3 => model::<Classes16x16, 2>(&[2, 16, 16, 1], seed),
                        _ => None,
                    };
                }
            )*
            None
        }
    };
}

networks! { with_tanh: tanh; with_relu: relu; with_gelu: gelu; with_sin: sin; }
