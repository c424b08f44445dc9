use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u { u.t - u.xx }
}

fn main() {
    let network = sequential![f64; Dense(2 => 8, tanh), Dense(8 => 2)];
    let inside = Term::uniform(Heat, [(0.0, 1.0), (0.0, 1.0)], 100);
    let model = network.compile_residuals(Adam::new(1e-3), inside);
    drop(model);
}
