//! The node tests of the package `onnx`, for every operator that `onnx!` knows: the values of its NumPy references.
//! `goldens/onnx_nodes.py` writes them, and checks the exports. `rejected.txt` lists those that no layer computes.

use std::fs;
use std::path::{Path, PathBuf};

use crate::predictions::agrees;
use mlp::onnx;
use mlp::prelude::*;

/// Imports each model and compares its outputs.
macro_rules! nodes {
    ($($test:ident: $network:ident = $path:literal;)*) => {
        onnx! { $(struct $network = $path;)* }

        $(
            #[test]
            fn $test() {
                agrees("onnx_nodes", stringify!($test), &*$network::pretrained());
            }
        )*

        const SUPPORTED: &[&str] = &[$(stringify!($test)),*];

        /// Writes the exports of all imports: `cargo test --test onnx nodes::exports -- --ignored`, then
        /// `python tests/goldens/onnx_nodes.py FOLDER`, with the folder `onnx_nodes` in cargo's folder for files of tests.
        #[test]
        #[ignore = "for a script"]
        fn exports() {
            let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("onnx_nodes");
            fs::create_dir_all(&folder).unwrap();
            $($network::pretrained().save_onnx(folder.join(concat!(stringify!($test), ".onnx"))).unwrap();)*
        }
    };
}

nodes! {
    add: AddNode = "tests/data/onnx_nodes/add.onnx";
    add_bcast: AddBcastNode = "tests/data/onnx_nodes/add_bcast.onnx";
    batchnorm_epsilon: BatchnormEpsilonNode = "tests/data/onnx_nodes/batchnorm_epsilon.onnx";
    batchnorm_example: BatchnormExampleNode = "tests/data/onnx_nodes/batchnorm_example.onnx";
    concat_1d_axis_0: Concat1dAxis0Node = "tests/data/onnx_nodes/concat_1d_axis_0.onnx";
    concat_1d_axis_negative_1: Concat1dAxisNegative1Node = "tests/data/onnx_nodes/concat_1d_axis_negative_1.onnx";
    concat_2d_axis_0: Concat2dAxis0Node = "tests/data/onnx_nodes/concat_2d_axis_0.onnx";
    concat_2d_axis_1: Concat2dAxis1Node = "tests/data/onnx_nodes/concat_2d_axis_1.onnx";
    concat_2d_axis_negative_1: Concat2dAxisNegative1Node = "tests/data/onnx_nodes/concat_2d_axis_negative_1.onnx";
    concat_2d_axis_negative_2: Concat2dAxisNegative2Node = "tests/data/onnx_nodes/concat_2d_axis_negative_2.onnx";
    concat_3d_axis_0: Concat3dAxis0Node = "tests/data/onnx_nodes/concat_3d_axis_0.onnx";
    concat_3d_axis_1: Concat3dAxis1Node = "tests/data/onnx_nodes/concat_3d_axis_1.onnx";
    concat_3d_axis_2: Concat3dAxis2Node = "tests/data/onnx_nodes/concat_3d_axis_2.onnx";
    concat_3d_axis_negative_1: Concat3dAxisNegative1Node = "tests/data/onnx_nodes/concat_3d_axis_negative_1.onnx";
    concat_3d_axis_negative_2: Concat3dAxisNegative2Node = "tests/data/onnx_nodes/concat_3d_axis_negative_2.onnx";
    concat_3d_axis_negative_3: Concat3dAxisNegative3Node = "tests/data/onnx_nodes/concat_3d_axis_negative_3.onnx";
    div_bcast: DivBcastNode = "tests/data/onnx_nodes/div_bcast.onnx";
    dropout_default: DropoutDefaultNode = "tests/data/onnx_nodes/dropout_default.onnx";
    dropout_default_old: DropoutDefaultOldNode = "tests/data/onnx_nodes/dropout_default_old.onnx";
    dropout_default_ratio: DropoutDefaultRatioNode = "tests/data/onnx_nodes/dropout_default_ratio.onnx";
    dropout_random_old: DropoutRandomOldNode = "tests/data/onnx_nodes/dropout_random_old.onnx";
    elu_default: EluDefaultNode = "tests/data/onnx_nodes/elu_default.onnx";
    exp: ExpNode = "tests/data/onnx_nodes/exp.onnx";
    exp_example: ExpExampleNode = "tests/data/onnx_nodes/exp_example.onnx";
    gelu_default_1: GeluDefault1Node = "tests/data/onnx_nodes/gelu_default_1.onnx";
    gelu_default_2: GeluDefault2Node = "tests/data/onnx_nodes/gelu_default_2.onnx";
    gemm_default_no_bias: GemmDefaultNoBiasNode = "tests/data/onnx_nodes/gemm_default_no_bias.onnx";
    gemm_default_scalar_bias: GemmDefaultScalarBiasNode = "tests/data/onnx_nodes/gemm_default_scalar_bias.onnx";
    gemm_default_single_elem_vector_bias: GemmDefaultSingleElemVectorBiasNode = "tests/data/onnx_nodes/gemm_default_single_elem_vector_bias.onnx";
    gemm_default_vector_bias: GemmDefaultVectorBiasNode = "tests/data/onnx_nodes/gemm_default_vector_bias.onnx";
    gemm_default_zero_bias: GemmDefaultZeroBiasNode = "tests/data/onnx_nodes/gemm_default_zero_bias.onnx";
    gemm_transposeb: GemmTransposebNode = "tests/data/onnx_nodes/gemm_transposeb.onnx";
    identity: IdentityNode = "tests/data/onnx_nodes/identity.onnx";
    layer_normalization_2d_axis1: LayerNormalization2dAxis1Node = "tests/data/onnx_nodes/layer_normalization_2d_axis1.onnx";
    layer_normalization_2d_axis_negative_1: LayerNormalization2dAxisNegative1Node = "tests/data/onnx_nodes/layer_normalization_2d_axis_negative_1.onnx";
    layer_normalization_3d_axis2_epsilon: LayerNormalization3dAxis2EpsilonNode = "tests/data/onnx_nodes/layer_normalization_3d_axis2_epsilon.onnx";
    layer_normalization_3d_axis_negative_1_epsilon: LayerNormalization3dAxisNegative1EpsilonNode = "tests/data/onnx_nodes/layer_normalization_3d_axis_negative_1_epsilon.onnx";
    layer_normalization_4d_axis3: LayerNormalization4dAxis3Node = "tests/data/onnx_nodes/layer_normalization_4d_axis3.onnx";
    layer_normalization_4d_axis_negative_1: LayerNormalization4dAxisNegative1Node = "tests/data/onnx_nodes/layer_normalization_4d_axis_negative_1.onnx";
    layer_normalization_default_axis: LayerNormalizationDefaultAxisNode = "tests/data/onnx_nodes/layer_normalization_default_axis.onnx";
    leakyrelu: LeakyreluNode = "tests/data/onnx_nodes/leakyrelu.onnx";
    leakyrelu_default: LeakyreluDefaultNode = "tests/data/onnx_nodes/leakyrelu_default.onnx";
    leakyrelu_example: LeakyreluExampleNode = "tests/data/onnx_nodes/leakyrelu_example.onnx";
    matmul_2d: Matmul2dNode = "tests/data/onnx_nodes/matmul_2d.onnx";
    max_example: MaxExampleNode = "tests/data/onnx_nodes/max_example.onnx";
    max_float32: MaxFloat32Node = "tests/data/onnx_nodes/max_float32.onnx";
    max_float64: MaxFloat64Node = "tests/data/onnx_nodes/max_float64.onnx";
    max_one_input: MaxOneInputNode = "tests/data/onnx_nodes/max_one_input.onnx";
    max_two_inputs: MaxTwoInputsNode = "tests/data/onnx_nodes/max_two_inputs.onnx";
    mean_example: MeanExampleNode = "tests/data/onnx_nodes/mean_example.onnx";
    mean_one_input: MeanOneInputNode = "tests/data/onnx_nodes/mean_one_input.onnx";
    mean_two_inputs: MeanTwoInputsNode = "tests/data/onnx_nodes/mean_two_inputs.onnx";
    min_example: MinExampleNode = "tests/data/onnx_nodes/min_example.onnx";
    min_float32: MinFloat32Node = "tests/data/onnx_nodes/min_float32.onnx";
    min_float64: MinFloat64Node = "tests/data/onnx_nodes/min_float64.onnx";
    min_one_input: MinOneInputNode = "tests/data/onnx_nodes/min_one_input.onnx";
    min_two_inputs: MinTwoInputsNode = "tests/data/onnx_nodes/min_two_inputs.onnx";
    mul: MulNode = "tests/data/onnx_nodes/mul.onnx";
    mul_example: MulExampleNode = "tests/data/onnx_nodes/mul_example.onnx";
    prelu_broadcast: PreluBroadcastNode = "tests/data/onnx_nodes/prelu_broadcast.onnx";
    relu: ReluNode = "tests/data/onnx_nodes/relu.onnx";
    selu_default: SeluDefaultNode = "tests/data/onnx_nodes/selu_default.onnx";
    sigmoid: SigmoidNode = "tests/data/onnx_nodes/sigmoid.onnx";
    sigmoid_example: SigmoidExampleNode = "tests/data/onnx_nodes/sigmoid_example.onnx";
    slice_end_out_of_bounds: SliceEndOutOfBoundsNode = "tests/data/onnx_nodes/slice_end_out_of_bounds.onnx";
    slice_neg: SliceNegNode = "tests/data/onnx_nodes/slice_neg.onnx";
    softmax_axis_0: SoftmaxAxis0Node = "tests/data/onnx_nodes/softmax_axis_0.onnx";
    softmax_axis_1: SoftmaxAxis1Node = "tests/data/onnx_nodes/softmax_axis_1.onnx";
    softmax_axis_2: SoftmaxAxis2Node = "tests/data/onnx_nodes/softmax_axis_2.onnx";
    softmax_default_axis: SoftmaxDefaultAxisNode = "tests/data/onnx_nodes/softmax_default_axis.onnx";
    softmax_example: SoftmaxExampleNode = "tests/data/onnx_nodes/softmax_example.onnx";
    softmax_large_number: SoftmaxLargeNumberNode = "tests/data/onnx_nodes/softmax_large_number.onnx";
    softmax_negative_axis: SoftmaxNegativeAxisNode = "tests/data/onnx_nodes/softmax_negative_axis.onnx";
    softplus: SoftplusNode = "tests/data/onnx_nodes/softplus.onnx";
    softplus_example: SoftplusExampleNode = "tests/data/onnx_nodes/softplus_example.onnx";
    softsign: SoftsignNode = "tests/data/onnx_nodes/softsign.onnx";
    softsign_example: SoftsignExampleNode = "tests/data/onnx_nodes/softsign_example.onnx";
    split_1d_uneven_split_opset18: Split1dUnevenSplitOpset18Node = "tests/data/onnx_nodes/split_1d_uneven_split_opset18.onnx";
    split_2d_uneven_split_opset18: Split2dUnevenSplitOpset18Node = "tests/data/onnx_nodes/split_2d_uneven_split_opset18.onnx";
    split_equal_parts_1d_opset13: SplitEqualParts1dOpset13Node = "tests/data/onnx_nodes/split_equal_parts_1d_opset13.onnx";
    split_equal_parts_1d_opset18: SplitEqualParts1dOpset18Node = "tests/data/onnx_nodes/split_equal_parts_1d_opset18.onnx";
    split_equal_parts_2d: SplitEqualParts2dNode = "tests/data/onnx_nodes/split_equal_parts_2d.onnx";
    split_equal_parts_2d_opset13: SplitEqualParts2dOpset13Node = "tests/data/onnx_nodes/split_equal_parts_2d_opset13.onnx";
    split_equal_parts_default_axis_opset13: SplitEqualPartsDefaultAxisOpset13Node = "tests/data/onnx_nodes/split_equal_parts_default_axis_opset13.onnx";
    split_equal_parts_default_axis_opset18: SplitEqualPartsDefaultAxisOpset18Node = "tests/data/onnx_nodes/split_equal_parts_default_axis_opset18.onnx";
    split_variable_parts_1d_opset13: SplitVariableParts1dOpset13Node = "tests/data/onnx_nodes/split_variable_parts_1d_opset13.onnx";
    split_variable_parts_1d_opset18: SplitVariableParts1dOpset18Node = "tests/data/onnx_nodes/split_variable_parts_1d_opset18.onnx";
    split_variable_parts_2d_opset13: SplitVariableParts2dOpset13Node = "tests/data/onnx_nodes/split_variable_parts_2d_opset13.onnx";
    split_variable_parts_2d_opset18: SplitVariableParts2dOpset18Node = "tests/data/onnx_nodes/split_variable_parts_2d_opset18.onnx";
    split_variable_parts_default_axis_opset13: SplitVariablePartsDefaultAxisOpset13Node = "tests/data/onnx_nodes/split_variable_parts_default_axis_opset13.onnx";
    split_variable_parts_default_axis_opset18: SplitVariablePartsDefaultAxisOpset18Node = "tests/data/onnx_nodes/split_variable_parts_default_axis_opset18.onnx";
    sub: SubNode = "tests/data/onnx_nodes/sub.onnx";
    sub_bcast: SubBcastNode = "tests/data/onnx_nodes/sub_bcast.onnx";
    sub_example: SubExampleNode = "tests/data/onnx_nodes/sub_example.onnx";
    sum_example: SumExampleNode = "tests/data/onnx_nodes/sum_example.onnx";
    sum_one_input: SumOneInputNode = "tests/data/onnx_nodes/sum_one_input.onnx";
    sum_two_inputs: SumTwoInputsNode = "tests/data/onnx_nodes/sum_two_inputs.onnx";
    swish: SwishNode = "tests/data/onnx_nodes/swish.onnx";
    tanh: TanhNode = "tests/data/onnx_nodes/tanh.onnx";
    tanh_example: TanhExampleNode = "tests/data/onnx_nodes/tanh_example.onnx";
}

#[test]
fn every_node_test_is_compared_or_rejected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/onnx_nodes");
    let rejected = fs::read_to_string(folder.join("rejected.txt")).unwrap();
    let rejected = rejected.lines().filter_map(|line| line.split(':').next()).map(str::to_owned);
    let mut known: Vec<String> = SUPPORTED.iter().map(|&name| name.to_owned()).chain(rejected).collect();
    let files = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let models = files.filter(|path| path.extension().is_some_and(|extension| extension == "onnx"));
    let mut models: Vec<String> = models.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    known.sort();
    models.sort();
    assert_eq!(known, models);
}
