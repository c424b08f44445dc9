use std::fs;
use std::path::PathBuf;

use mlp_onnx::{
    AttributeProto, DataType, Dimension, DimensionValue, GraphProto, Message as _, ModelProto, NodeProto,
    OperatorSetIdProto, TensorProto, TensorShapeProto, TensorType, TypeProto, ValueInfoProto,
};

use super::lower::lower;
use super::model::{Limits, parse};

fn files() -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/data/onnx");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let models = files.filter(|path| path.extension().is_some_and(|extension| extension == "onnx"));
    let read = |path: PathBuf| (path.file_stem().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap());
    models.map(read).collect()
}

/// Returns the statements or the errors. No file causes a panic.
fn translate(bytes: &[u8]) -> Result<String, Vec<String>> {
    Ok(lower(parse(bytes, Limits::default())?)?.statements.to_string())
}

#[test]
fn damaged_files_are_rejected_or_read() {
    let files = files();
    assert!(files.len() >= 8);
    for (name, bytes) in files {
        assert!(translate(&bytes).is_ok(), "{name}");
        for end in 0..bytes.len() {
            let _ = translate(&bytes[..end]);
        }
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[index] ^= 1 << (index % 8);
            let _ = translate(&changed);
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
    let op_type = operator.to_owned();
    let name = format!("the_{output}");
    NodeProto { input, output: vec![output.into()], name, op_type, ..NodeProto::default() }
}

fn with_axis(node: NodeProto, axis: i64) -> NodeProto {
    NodeProto { attribute: vec![AttributeProto { name: "axis".into(), i: axis, ..AttributeProto::default() }], ..node }
}

fn model(nodes: Vec<NodeProto>, input: ValueInfoProto, opset: i64) -> Vec<u8> {
    let bytes = |count: usize| (0..count).flat_map(|index| (index as f32).to_le_bytes()).collect();
    let graph = GraphProto {
        node: nodes,
        initializer: vec![
            TensorProto::new("matrix", DataType::Float, &[3, 2], bytes(6)),
            TensorProto::new("row", DataType::Float, &[3], bytes(3)),
        ],
        input: vec![input],
        output: vec![value("y", &[None, Some(2)])],
        ..GraphProto::default()
    };
    let opset_import = vec![OperatorSetIdProto { domain: String::new(), version: opset }];
    ModelProto { ir_version: 8, opset_import, graph: Some(graph), ..ModelProto::default() }.encode_to_vec()
}

fn errors(nodes: Vec<NodeProto>) -> Vec<String> {
    translate(&model(nodes, value("x", &[None, Some(3)]), 17)).unwrap_err()
}

#[test]
fn every_unsupported_node_is_reported() {
    let found = errors(vec![
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
            "node \"the_a\" (Cos): unsupported operator",
            "node \"the_c\" (Softmax): expected axis 1, the features, found axis 0",
            "node \"the_d\" (MatMul): expected weights with two dimensions, found \"row\" of shape [3]",
        ]
    );
}

#[test]
fn a_mismatch_is_reported_with_its_sizes() {
    let cases = [
        (node("Gemm", &["x", "matrix", "row"], "y"), "expected 2 elements, found \"row\" of shape [3]"),
        (node("Mul", &["x", "row"], "y"), "expected positive factors below 1e7"),
        (node("Div", &["row", "x"], "y"), "no layer computes \"Div\" of a constant and a value"),
        (node("Gemm", &["x", "nowhere"], "y"), "expected constant weights, found \"nowhere\""),
        (node("Tanh", &["later"], "y"), "no previous node computes \"later\""),
        (node("Tanh", &["row"], "y"), "found the constant \"row\""),
        (node("Tanh", &[], "y"), "missing input"),
    ];
    for (node, message) in cases {
        let found = errors(vec![node]);
        assert!(found.len() == 1 && found[0].contains(message), "{found:?}\n{message}");
    }
}

#[test]
fn files_without_a_network_are_rejected() {
    let fine = || vec![node("MatMul", &["x", "matrix"], "y")];
    let cases = [
        (model(fine(), value("x", &[None, Some(3)]), 3), "unsupported opset 3: expected 7 to 26"),
        (model(fine(), value("x", &[None, None]), 17), "input \"x\" has no fixed number of features"),
        (model(fine(), value("x", &[None, Some(i64::MAX)]), 17), "input \"x\" has no fixed number of features"),
        (
            model(fine(), value("x", &[None, Some(3), Some(8), Some(8)]), 17),
            "expected two dimensions of input \"x\", samples and features, found 4",
        ),
        (model(Vec::new(), value("x", &[None, Some(3)]), 17), "output \"y\": no previous node computes \"y\""),
        (b"\x07no model".to_vec(), "invalid or truncated ONNX file"),
    ];
    for (bytes, message) in cases {
        let found = translate(&bytes).unwrap_err();
        assert!(found.len() == 1 && found[0].contains(message), "{found:?}\n{message}");
    }
}

#[test]
fn statements_are_as_written_by_hand() {
    let nodes = vec![
        node("MatMul", &["x", "matrix"], "product"),
        node("Relu", &["product"], "hidden"),
        with_axis(node("Concat", &["hidden", "x"], "both"), 1),
        node("Identity", &["both"], "y"),
    ];
    let found = translate(&model(nodes, value("x", &[None, Some(3)]), 17)).unwrap();
    let expected = quote::quote! {
        let x = Input(3);
        let matrix = ::mlp::Dense(3 => 2, ::mlp::relu, use_bias = false)(x);
        let concatenate_1 = ::mlp::Concatenate()(matrix, x);
        Model(x => concatenate_1)
    };
    assert_eq!(found, expected.to_string());
}

/// Weights that `load_weights` would reject, also if they exceed single precision only.
#[test]
fn weights_that_are_not_finite_are_rejected() {
    for (value, is_finite) in [(1.0_f32, true), (f32::NAN, false), (f32::INFINITY, false), (f32::NEG_INFINITY, false)] {
        let weights: Vec<u8> = [0.5, value].into_iter().flat_map(f32::to_le_bytes).collect();
        let mut model =
            ModelProto::decode(model(vec![node("MatMul", &["x", "w"], "y")], value_of(2), 13).as_slice()).unwrap();
        model.graph.as_mut().unwrap().initializer = vec![TensorProto::new("w", DataType::Float, &[2, 1], weights)];
        let translated = translate(&model.encode_to_vec());
        assert_eq!(translated.is_ok(), is_finite, "{value}: {translated:?}");
        if let Err(errors) = translated {
            assert_eq!(errors, [format!("the weights of `w` have the value {value}: expected finite weights")]);
        }
    }
}

fn value_of(features: i64) -> ValueInfoProto {
    value("x", &[None, Some(features)])
}

#[test]
fn memory_and_tensors_are_limited() {
    let bytes = model(vec![node("Relu", &["x"], "y")], value_of(2), 13);
    let limits = Limits::default();
    assert!(parse(&bytes, limits).is_ok());
    let errors = parse(&bytes, Limits { memory: 1000, ..limits }).unwrap_err();
    assert!(errors[0].contains("expected at most 1000; for a file that you trust, add `memory = "), "{errors:?}");
    let errors = parse(&bytes, Limits { tensors: 0, ..limits }).unwrap_err();
    assert_eq!(
        errors,
        [
            "the file has 3 nodes and tensors, expected at most 0; for a file that you trust, add `tensors = 3` after its path"
        ]
    );
    // 20 MB of empty nodes would be some GB.
    let nodes = [0x0A, 0x00].repeat(10_000_000);
    let mut file = vec![0x3A];
    prost_varint(nodes.len(), &mut file);
    file.extend(nodes);
    let errors = parse(&file, limits).unwrap_err();
    assert!(errors[0].contains("bytes of memory, expected at most 4294967296"), "{errors:?}");
}

fn prost_varint(mut value: usize, bytes: &mut Vec<u8>) {
    while value > 0x7F {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Node tests of the package `onnx` that no layer computes. `tests/onnx/nodes.rs` compares the values of the others.
#[test]
fn node_tests_are_supported_or_rejected_by_name() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/data/onnx_nodes");
    let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "onnx"));
    files.sort();
    let mut rejected = String::new();
    for path in &files {
        if let Err(errors) = translate(&fs::read(path).unwrap()) {
            rejected += &format!("{}: {}\n", path.file_stem().unwrap().to_string_lossy(), errors.join("; "));
        }
    }
    expect_test::expect_file![folder.join("rejected.txt")].assert_eq(&rejected);
    assert!(files.len() > 100);
}

/// The node tests of the package `onnx` that no layer computes. `tests/onnx/nodes.rs` imports all others.
#[test]
fn node_tests_are_rejected_with_these_messages() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/data/onnx_nodes");
    let rejected = fs::read_to_string(folder.join("rejected.txt")).unwrap();
    for line in rejected.lines() {
        let (name, message) = line.split_once(": ").unwrap();
        let bytes = fs::read(folder.join(name).with_extension("onnx")).unwrap();
        assert_eq!(translate(&bytes).unwrap_err(), [message], "{name}");
    }
}
