use mlp::prelude::*;

fn main() {
    sequential! { struct Net { Dense(1 => 10, relu, tanh), Dense(10 => 1) } }
    let mut model = Net::new(0).compile(Adam::default(), MeanSquaredError);
    let _ = model.fit(&[[1.0f32]], &[[1.0f32]], Fit::new());
    let _ = model.dense_1.bias;
    let _ = model.predict_one([1.0]);
}
