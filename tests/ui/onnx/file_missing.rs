use mlp::onnx;

onnx! {
    /// The path is relative to the package.
    pub struct Nowhere = "models/nowhere.onnx";
}

fn main() {
    let _: Nowhere;
}
