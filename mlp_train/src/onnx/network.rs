//! Export of a whole network as an ONNX model.

use mlp_onnx::{
    DataType, Dimension, DimensionValue, GraphProto, Message as _, ModelProto, OperatorSetIdProto,
    StringStringEntryProto, TensorShapeProto, TensorType, TypeProto, ValueInfoProto,
};

use mlp_core::export::{GraphBuilder as _, Value};
use mlp_core::layers::Shape;
use mlp_core::network::BaseNetwork;

use super::ExportError;
use super::graph::Graph;

/// Version of the operators. It is from 2021, so that older runtimes read it.
const OPSET: i64 = 17;
/// Version of the file format that belongs to it.
const FORMAT: i64 = 8;

/// Returns the bytes of the network's ONNX file.
pub(crate) fn to_bytes<N: BaseNetwork>(network: &N) -> Result<Vec<u8>, ExportError> {
    let data_type = if size_of::<N::Scalar>() == 4 { DataType::Float } else { DataType::Double };
    let mut graph = Graph::new(data_type);
    let inputs: Vec<Value> = input_names::<N>().into_iter().map(|name| graph.value(name)).collect();
    let outputs = match network.export(&N::Options::default(), &mut graph, &inputs) {
        Ok(outputs) => outputs,
        Err(error) => return Err(ExportError { layer: graph.layer_path(), type_name: error.type_name }),
    };
    let input_infos = value_infos::<N::Input>(&names(&graph, &inputs), data_type);
    let output_names: Vec<_> = N::OUTPUTS.iter().map(|&name| output_name(&graph, name, &inputs)).collect();
    for (&value, name) in outputs.iter().zip(&output_names) {
        let is_repeated = outputs.iter().filter(|&&other| other == value).count() > 1;
        name_output(&mut graph, value, name, is_repeated);
    }
    let graph = GraphProto {
        node: graph.nodes,
        name: N::NAME.into(),
        initializer: graph.constants,
        input: input_infos,
        output: value_infos::<N::Output>(&output_names, data_type),
        ..GraphProto::default()
    };
    Ok(model(graph).encode_to_vec())
}

fn names(graph: &Graph, values: &[Value]) -> Vec<String> {
    values.iter().map(|&value| graph.name(value).into()).collect()
}

fn value_infos<S: Shape>(names: &[String], data_type: DataType) -> Vec<ValueInfoProto> {
    names.iter().zip(sizes::<S>()).map(|(name, features)| value_info(name, data_type, features)).collect()
}

/// Returns the number of features of each part of a shape.
fn sizes<S: Shape>() -> Vec<usize> {
    let mut sizes = Vec::new();
    S::sizes(&mut |size| sizes.push(size));
    sizes
}

fn model(graph: GraphProto) -> ModelProto {
    let entry = |key: &str, value: &str| StringStringEntryProto { key: key.into(), value: value.into() };
    ModelProto {
        ir_version: FORMAT,
        opset_import: vec![OperatorSetIdProto { domain: String::new(), version: OPSET }],
        producer_name: "mlp".into(),
        producer_version: env!("CARGO_PKG_VERSION").into(),
        doc_string: String::new(),
        metadata_props: vec![entry("network", &graph.name)],
        graph: Some(graph),
    }
}

/// Returns the names of the inputs: those of a `functional!`, or invented ones for a chain.
fn input_names<N: BaseNetwork>() -> Vec<String> {
    let inputs = N::LAYERS.iter().filter(|layer| layer.is_input);
    let names: Vec<String> = inputs.map(|layer| layer.name.into()).collect();
    match (names.is_empty(), sizes::<N::Input>().len()) {
        (false, _) => names,
        (true, 1) => vec!["input".into()],
        (true, count) => (1..=count).map(|number| format!("input_{number}")).collect(),
    }
}

/// Returns the name of an output. One that is an input too needs another name.
fn output_name(graph: &Graph, name: &str, inputs: &[Value]) -> String {
    let is_input = inputs.iter().any(|&input| graph.name(input) == name);
    if is_input { format!("{name}_output") } else { name.into() }
}

/// Sets the name of an output's value. A value that is an input or several outputs is copied first.
fn name_output(graph: &mut Graph, value: Value, name: &str, is_repeated: bool) {
    let is_computed = graph.nodes.iter().any(|node| node.output[0] == graph.name(value));
    let value = if is_repeated || !is_computed { graph.add_node("Identity", &[value], &[]) } else { value };
    graph.rename(value, name);
}

/// Returns the type of a value: any number of samples.
fn value_info(name: &str, data_type: DataType, features: usize) -> ValueInfoProto {
    let samples = DimensionValue::Parameter("batch".into());
    let dim = [samples, DimensionValue::Value(features as i64)].map(|value| Dimension { value: Some(value) }).into();
    let tensor_type = TensorType { elem_type: data_type.into(), shape: Some(TensorShapeProto { dim }) };
    ValueInfoProto { name: name.into(), r#type: Some(TypeProto { tensor_type: Some(tensor_type) }) }
}
