//! ONNX import of models of PyTorch, Keras and others. Predictions agree with onnxruntime's.

use crate::predictions::agrees;
use mlp::onnx;
use mlp::prelude::*;

onnx! {
    /// Old operators, transposed weights, slices, a split, two outputs.
    struct Corners = "tests/data/onnx/corners.onnx";
    struct Doubles = "tests/data/onnx/doubles.onnx";
    struct KerasFunctional = "tests/data/onnx/keras_functional.onnx";
    struct KerasSequential = "tests/data/onnx/keras_sequential.onnx";
    struct OursBatchNormalizationF64 = "tests/data/onnx/ours_batch_normalization_f64.onnx";
    struct OursDenseF32 = "tests/data/onnx/ours_dense_f32.onnx";
    struct OursGeluF32 = "tests/data/onnx/ours_gelu_f32.onnx";
    struct OursLayerNormalizationF32 = "tests/data/onnx/ours_layer_normalization_f32.onnx";
    struct OursNormalizationF32 = "tests/data/onnx/ours_normalization_f32.onnx";
    struct OursPreluF64 = "tests/data/onnx/ours_prelu_f64.onnx";
    struct PytorchNamed = "tests/data/onnx/pytorch_named.onnx";
    struct PytorchSequential = "tests/data/onnx/pytorch_sequential.onnx";
    struct PytorchSequentialDouble = "tests/data/onnx/pytorch_sequential_double.onnx";
    struct PytorchTwoInputs = "tests/data/onnx/pytorch_two_inputs.onnx";
}

macro_rules! models {
    ($($test:ident: $network:ident;)*) => {$(
        #[test]
        fn $test() {
            agrees("onnx", stringify!($test), &*$network::pretrained());
        }
    )*};
}

models! {
    corners: Corners;
    doubles: Doubles;
    keras_functional: KerasFunctional;
    keras_sequential: KerasSequential;
    ours_batch_normalization_f64: OursBatchNormalizationF64;
    ours_dense_f32: OursDenseF32;
    ours_gelu_f32: OursGeluF32;
    ours_layer_normalization_f32: OursLayerNormalizationF32;
    ours_normalization_f32: OursNormalizationF32;
    ours_prelu_f64: OursPreluF64;
    pytorch_named: PytorchNamed;
    pytorch_sequential: PytorchSequential;
    pytorch_sequential_double: PytorchSequentialDouble;
    pytorch_two_inputs: PytorchTwoInputs;
}

#[test]
fn layers_have_the_names_of_the_file() {
    let network = PytorchNamed::pretrained();
    let (fc1, out): (&Dense<4, 8, silu>, &Dense<16, 3, softmax>) = (&network.fc1, &network.out);
    assert!(fc1.bias.norm() > 0.0 && out.bias.norm() == 0.0);
    static IN_FLASH: PytorchNamed = PytorchNamed::PRETRAINED;
    assert_eq!(IN_FLASH, *network);
}

#[test]
fn an_imported_network_can_be_trained() {
    let (x, y) = (linspace(-1.0, 1.0, 60), linspace(0.0, 1.0, 40));
    let (x, y) = (nalgebra::OMatrix::<f32, nalgebra::Dyn, nalgebra::Const<3>>::from_column_slice(x.as_slice()), y);
    let y = nalgebra::OMatrix::<f32, nalgebra::Dyn, nalgebra::Const<2>>::from_column_slice(y.as_slice());
    let mut model = PytorchSequential::pretrained().compile(Adam::new(1e-2), MeanSquaredError);
    let history = model.fit(&x, &y, Fit::new().epochs(50).verbose(Verbose::Silent)).unwrap();
    assert!(history.loss()[49] < 0.1 * history.loss()[0]);
    assert_ne!(PytorchSequential::new(0), PytorchSequential::pretrained(), "new weights differ");
}
