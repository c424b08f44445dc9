use mlp::onnx;

onnx! { Net = "model.onnx"; }

fn main() {}
