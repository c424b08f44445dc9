//! Exported networks, and their functions as C sees them.

use mlp::layers::{Backward, Layer};
use mlp::prelude::*;

sequential! {
    /// A chain.
    pub struct Chain {
        Dense(3 => 10, tanh),
        hidden: Dense(10 => 7, relu, use_bias = false),
        BatchNormalization(7),
        Dropout(7, rate = 0.5),
        Dense(7 => 2, softmax),
    }
}

functional! {
    /// Two inputs, two outputs, a shared layer and a nested network.
    pub struct Towers: f64 {
        let user = Input(3);
        let item = Input(2);
        let encode = Dense(2 => 4, tanh);
        let left = Dense(3 => 4, tanh)(user);
        let right = encode(item);
        let inner = Inner(left, right);
        let score = Dense(4 => 1)(inner);
        let rest = encode(left[0..2]);
        Model((user, item) => (score, rest))
    }

    /// Part of `Towers`.
    pub struct Inner: f64 {
        let a = Input(4);
        let b = Input(4);
        let sum = Multiply()(a, b);
        let c = Dense(4 => 4, gelu)(sum);
        Model((a, b) => c)
    }
}

sequential! {
    /// A layer that panics.
    pub struct Faulty { Dense(1 => 1), Panics }
}

/// A layer with a mistake.
#[derive(Clone, Debug, PartialEq, Parameters)]
#[repr(C)]
pub struct Panics {
    pub factor: f32,
}

impl Layer for Panics {
    type Input = Features<1>;
    type Output = Features<1>;

    fn forward(&self, x: Tile<'_, f32>, _: TileMut<'_, f32>) {
        assert_eq!(x.samples(), usize::MAX, "the mistake");
    }

    fn backward(&self, _: Backward<'_, Self>) {}
}

mlp::export_c!(Chain, "chain");
mlp::export_c!(Towers, "towers");
mlp::export_c!(Faulty, "faulty");

pub type Predict<N, T> = unsafe extern "C" fn(*const N, *const T, usize, *mut T, usize) -> i32;

macro_rules! declarations {
    ($($network:ty, $scalar:ty: $initialize:ident $load:ident $predict_one:ident $predict:ident $vjp:ident;)*) => {
        // SAFETY: the declarations of the functions that `export_c!` defines above.
        #[allow(dead_code, reason = "not every function of every network is tested")]
        unsafe extern "C" {$(
            pub fn $initialize(network: *mut $network, seed: u64) -> i32;
            pub fn $load(network: *mut $network, bytes: *const u8, length: usize) -> i32;
            pub fn $predict_one(
                network: *const $network,
                input: *const $scalar,
                input_length: usize,
                output: *mut $scalar,
                output_length: usize,
            ) -> i32;
            pub fn $predict(
                network: *const $network,
                input: *const $scalar,
                input_length: usize,
                output: *mut $scalar,
                output_length: usize,
            ) -> i32;
            pub fn $vjp(
                network: *const $network,
                input: *const $scalar,
                input_length: usize,
                output_gradient: *const $scalar,
                output_gradient_length: usize,
                input_gradient: *mut $scalar,
                input_gradient_length: usize,
                parameter_gradient: *mut $scalar,
                parameter_gradient_length: usize,
            ) -> i32;
        )*}
    };
}

declarations! {
    Chain, f32: chain_initialize chain_load chain_predict_one chain_predict chain_vjp;
    Towers, f64: towers_initialize towers_load towers_predict_one towers_predict towers_vjp;
    Faulty, f32: faulty_initialize faulty_load faulty_predict_one faulty_predict faulty_vjp;
}
