//! All macros, in a crate that depends on `mlp` by another name.

use nn::prelude::*;

sequential! {
    struct Chain { Dense(1 => WIDTH, tanh), 2 * Dense(WIDTH => WIDTH, relu), Dense(WIDTH => 1, use_bias = false) }
    struct Sized<const H: usize>: f64 { Dense(2 => H, tanh), Dense(H => 1, l2 = 1e-4) }
}

functional! {
    struct Graph {
        let a = Input(2);
        let b = Input(WIDTH);
        let hidden = Dense(WIDTH => 2, tanh)(b);
        let sum = Add()(a, hidden);
        let y = Dense(2 => 1)(sum);
        Model((a, b) => (y, sum))
    }
}

residual! {
    struct Decay { #[trainable] rate: f64 }
    (t) -> u { u.t = -rate * u }
}

#[derive(Clone, Debug, PartialEq, Parameters)]
#[parameters(crate = nn)]
#[repr(C)]
struct Gain {
    factor: f32,
}

impl Layer for Gain {
    type Input = Features<1>;
    type Output = Features<1>;

    fn forward(&self, x: Tile<'_, f32>, mut y: TileMut<'_, f32>) {
        y.copy_from(x);
    }
    fn backward(&self, _pass: Backward<'_, Self>) {}
}

const WIDTH: usize = 3;

fn main() {
    let _ = (Chain::new(0), Sized::<4>::new(0), Graph::new(0), Decay { rate: 1.0 });
    let _ = sequential![Dense(1 => 1), Gain, Chain];
    let _ = functional! { let x = Input(1); let y = Dense(1 => 1)(x); Model(x => y) };
}
