use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u { u.t - u.xx }
}

#[derive(Clone, Debug, PartialEq, mlp::Parameters)]
#[repr(C)]
struct Gain {
    factor: f32,
}

impl Layer for Gain {
    type Input = Features<8>;
    type Output = Features<8>;

    fn forward(&self, x: mlp::Tile<'_, f32>, mut y: mlp::TileMut<'_, f32>) {
        y.map_from(x, |_, x| self.factor * x);
    }

    fn backward(&self, _: Backward<'_, Self>) {}
}

fn main() {
    let network = sequential![Dense(2 => 8, tanh), Gain(), Dense(8 => 1)];
    let inside = Term::uniform(Heat, [(0.0, 1.0), (0.0, 1.0)], 100);
    let model = network.compile_residuals(Adam::new(1e-3), inside);
    drop(model);
}
