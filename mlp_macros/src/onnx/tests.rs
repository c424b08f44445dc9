use std::fs;
use std::path::PathBuf;

use mlp_onnx::{
    AttributeProto, DataType, Dimension, DimensionValue, GraphProto, Message as _, ModelProto, NodeProto,
    OperatorSetIdProto, TensorProto, TensorShapeProto, TensorType, TypeProto, ValueInfoProto,
};

use super::lower::lower;
use super::model::parse;

fn files() -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/data/onnx");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let models = files.filter(|path| path.extension().is_some_and(|extension| extension == "onnx"));
    let read = |path: PathBuf| (path.file_stem().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap());
    models.map(read).collect()
}

/// Whatever is in a file, there is an answer.
fn answer(bytes: &[u8]) -> Result<String, Vec<String>> {
    Ok(lower(&parse(bytes)?)?.statements.to_string())
}

#[test]
fn damaged_files_are_refused_or_read() {
    let files = files();
    assert!(files.len() >= 8);
    for (name, bytes) in files {
        assert!(answer(&bytes).is_ok(), "{name}");
        for end in 0..bytes.len() {
            let _ = answer(&bytes[..end]);
        }
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1 << (place % 8);
            let _ = answer(&changed);
        }
    }
}

fn value(name: &str, dimensions: &[Option<i64>]) -> ValueInfoProto {
    let dimension = |size: &Option<i64>| Dimension { value: size.map(DimensionValue::Value) };
    let shape = TensorShapeProto { dim: dimensions.iter().map(dimension).collect() };
    let tensor_type = TensorType { elem_type: DataType::Float.into(), shape: Some(shape) };
    ValueInfoProto { name: name.into(), r#type: Some(TypeProto { tensor_type: Some(tensor_type) }) }
}

fn node(operator: &str, inputs: &[&str], output: &str) -> NodeProto {
    let input = inputs.iter().map(|&input| input.to_owned()).collect();
    let (op_type, name) = (operator.to_owned(), format!("the_{output}"));
    NodeProto { input, output: vec![output.into()], name, op_type, ..NodeProto::default() }
}

fn with_axis(node: NodeProto, axis: i64) -> NodeProto {
    NodeProto { attribute: vec![AttributeProto { name: "axis".into(), i: axis, ..AttributeProto::default() }], ..node }
}

fn model(nodes: Vec<NodeProto>, input: ValueInfoProto, opset: i64) -> Vec<u8> {
    let numbers = |count: usize| (0..count).flat_map(|index| (index as f32).to_le_bytes()).collect();
    let graph = GraphProto {
        node: nodes,
        initializer: vec![
            TensorProto::new("matrix", DataType::Float, &[3, 2], numbers(6)),
            TensorProto::new("row", DataType::Float, &[3], numbers(3)),
        ],
        input: vec![input],
        output: vec![value("y", &[None, Some(2)])],
        ..GraphProto::default()
    };
    let opset_import = vec![OperatorSetIdProto { domain: String::new(), version: opset }];
    ModelProto { ir_version: 8, opset_import, graph: Some(graph), ..ModelProto::default() }.encode_to_vec()
}

fn problems(nodes: Vec<NodeProto>) -> Vec<String> {
    answer(&model(nodes, value("x", &[None, Some(3)]), 17)).unwrap_err()
}

#[test]
fn every_node_that_cannot_be_is_named() {
    let found = problems(vec![
        node("Cos", &["x"], "a"),
        node("Relu", &["x"], "b"),
        with_axis(node("Softmax", &["b"], "c"), 0),
        node("Add", &["c", "a"], "follows"),
        node("MatMul", &["b", "row"], "d"),
        node("Mul", &["d", "follows"], "y"),
    ]);
    assert_eq!(
        found,
        [
            "node \"the_a\" (Cos): there is no layer for this operator",
            "node \"the_c\" (Softmax): it goes along axis 0, not along the features",
            "node \"the_d\" (MatMul): its weights \"row\" have the dimensions [3], not two",
        ]
    );
}

#[test]
fn what_does_not_fit_is_told_with_its_numbers() {
    let cases = [
        (node("Gemm", &["x", "matrix", "row"], "y"), "\"row\" has the dimensions [3], not a number for each of 2"),
        (node("Mul", &["x", "row"], "y"), "is a `Normalization` only if all are above zero"),
        (node("Div", &["row", "x"], "y"), "there is no layer for \"Div\" of a constant and a value"),
        (node("Gemm", &["x", "nowhere"], "y"), "its weights \"nowhere\" are not in the file"),
        (node("Tanh", &["later"], "y"), "\"later\" is not computed before"),
        (node("Tanh", &["row"], "y"), "\"row\" is a constant"),
        (node("Tanh", &[], "y"), "it takes nothing"),
    ];
    for (node, message) in cases {
        let found = problems(vec![node]);
        assert!(found.len() == 1 && found[0].contains(message), "{found:?}\n{message}");
    }
}

#[test]
fn files_that_are_no_network_are_refused() {
    let fine = || vec![node("MatMul", &["x", "matrix"], "y")];
    let cases = [
        (model(fine(), value("x", &[None, Some(3)]), 3), "the file is of opset 3; 7 to 26 can be read"),
        (model(fine(), value("x", &[None, None]), 17), "input \"x\" has no fixed number of features"),
        (model(fine(), value("x", &[None, Some(i64::MAX)]), 17), "input \"x\" has no fixed number of features"),
        (model(fine(), value("x", &[None, Some(3), Some(8), Some(8)]), 17), "input \"x\" has 4 dimensions"),
        (model(Vec::new(), value("x", &[None, Some(3)]), 17), "output \"y\": \"y\" is not computed before"),
        (b"\x07no model".to_vec(), "this is no whole file of ONNX"),
    ];
    for (bytes, message) in cases {
        let found = answer(&bytes).unwrap_err();
        assert!(found.len() == 1 && found[0].contains(message), "{found:?}\n{message}");
    }
}

#[test]
fn statements_are_what_a_person_would_write() {
    let nodes = vec![
        node("MatMul", &["x", "matrix"], "product"),
        node("Relu", &["product"], "hidden"),
        with_axis(node("Concat", &["hidden", "x"], "both"), 1),
        node("Identity", &["both"], "y"),
    ];
    let found = answer(&model(nodes, value("x", &[None, Some(3)]), 17)).unwrap();
    let expected = quote::quote! {
        let x = Input(3);
        let matrix = ::mlp::Dense(3 => 2, ::mlp::relu, use_bias = false)(x);
        let concatenate_1 = ::mlp::Concatenate()(matrix, x);
        Model(x => concatenate_1)
    };
    assert_eq!(found, expected.to_string());
}
