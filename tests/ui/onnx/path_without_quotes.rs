use mlp::onnx;

onnx! { pub struct Net = model.onnx; }

fn main() {}
