use mlp::*;

fn main() {
    let (x, y) = ([[0.0_f32; 2]; 8], [[0.0_f32; 2]; 8]);
    let mut model = sequential![Dense(2 => 3)].compile(Adam::default(), MeanSquaredError);
    model.fit(&x, &y, Fit::new().epochs(1)).unwrap();
}
