use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u { u.t - u.xx }
}

#[allow(non_camel_case_types)]
enum cube {}

impl<T: mlp::Scalar> mlp::activations::Elementwise<T> for cube {
    fn value(z: T) -> T {
        z * z * z
    }
    fn derivative(z: T, _y: T) -> T {
        z * z * T::from_f64(3.0)
    }
}

fn main() {
    let network = sequential![f64; Dense(2 => 8, cube), Dense(8 => 1)];
    let inside = Term::uniform(Heat, [(0.0, 1.0), (0.0, 1.0)], 100);
    let model = network.compile_residuals(Adam::new(1e-3), inside);
    drop(model);
}
