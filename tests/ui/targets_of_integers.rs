use mlp::*;
use nalgebra::DVector;

fn main() {
    let x = [[0.0_f32; 2]; 3];
    let classes = DVector::from_vec(vec![0_usize, 2, 1]);
    let mut model = sequential![Dense(2 => 3)].compile(Adam::default(), SparseCategoricalCrossentropy::new());
    model.evaluate(&x, &classes).unwrap();
}
