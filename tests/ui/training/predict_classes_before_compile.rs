use mlp::prelude::*;

fn main() {
    let model = sequential![Dense(2 => 3)];
    let classes = model.predict_classes(&[[1.0_f32, 2.0]]).unwrap();
    println!("{}", classes[0]);
}
