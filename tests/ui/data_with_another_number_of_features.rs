use mlp::*;
use nalgebra::{Const, DVector, Dyn, OMatrix};

fn main() {
    let x: OMatrix<f32, Dyn, Const<2>> = OMatrix::<f32, Dyn, Const<2>>::zeros(8);
    let y = DVector::zeros(8);
    let mut model = sequential![Dense(1 => 1)].compile(Adam::default(), MeanSquaredError);
    model.fit(&x, &y, Fit::new().epochs(1)).unwrap();
}
