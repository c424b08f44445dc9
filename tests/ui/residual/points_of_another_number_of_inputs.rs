use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u { u.t - u.xx }
}

fn main() {
    let network = sequential![f64; Dense(2 => 8, tanh), Dense(8 => 1)];
    let inside = Term::new(Heat, &[[0.5, 0.5, 0.1], [0.1, 0.2, 0.3]]).expect("finite points");
    let model = network.compile_residuals(Adam::new(1e-3), inside);
    drop(model);
}
