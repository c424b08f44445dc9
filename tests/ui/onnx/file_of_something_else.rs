use mlp::onnx;

onnx! { struct Manifest = "Cargo.toml"; }

fn main() {}
