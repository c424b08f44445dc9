use mlp::*;
use nalgebra::DVector;

fn main() {
    let x = [[0.0_f32; 2]; 3];
    let classes = DVector::from_vec(vec![0.0_f32, 2.0, 1.0]);
    let mut model = sequential![Dense(2 => 3)].compile(Adam::default(), MeanSquaredError);
    model.train_on_batch(&x, &classes).unwrap();
}
