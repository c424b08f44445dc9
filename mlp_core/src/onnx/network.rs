//! A whole network as a model.

use mlp_onnx::{
    DataType, Dimension, DimensionValue, GraphProto, Message as _, ModelProto, OperatorSetIdProto,
    StringStringEntryProto, TensorShapeProto, TensorType, TypeProto, ValueInfoProto,
};

use super::ExportError;
use super::graph::{Graph, Value};
use crate::layers::Shape;
use crate::training::Network;

/// The version of the operators: of 2021, so that runtimes of some age read them.
const OPSET: i64 = 17;
/// The version of the format that goes with it.
const FORMAT: i64 = 8;

pub(crate) fn to_bytes<N: Network>(network: &N) -> Result<Vec<u8>, ExportError> {
    let data_type = if size_of::<N::Scalar>() == 4 { DataType::Float } else { DataType::Double };
    let mut graph = Graph::new(data_type);
    let inputs: Vec<Value> = input_names(network).into_iter().map(Value).collect();
    let outputs = network.export(&N::Options::default(), &mut graph, &inputs)?;
    let names: Vec<String> = N::OUTPUTS.iter().map(|&name| output_name(name, &inputs)).collect();
    for (value, name) in outputs.iter().zip(&names) {
        name_output(&mut graph, value, name, outputs.iter().filter(|other| *other == value).count() > 1);
    }
    let value = |name: &String, features: usize| value_info(name, data_type, features);
    let input = inputs.iter().zip(N::Input::sizes()).map(|(input, features)| value(&input.0, features)).collect();
    let output = names.iter().zip(N::Output::sizes()).map(|(name, features)| value(name, features)).collect();
    let graph = GraphProto {
        node: graph.nodes,
        name: N::NAME.into(),
        initializer: graph.constants,
        input,
        output,
        ..GraphProto::default()
    };
    Ok(model(graph).encode_to_vec())
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

/// Those of a `functional!`; a chain's have no names.
fn input_names<N: Network>(network: &N) -> Vec<String> {
    let summary = network.summary();
    let rows = summary.rows().iter().filter(|row| row.kind == "InputLayer");
    let names: Vec<String> = rows.map(|row| row.name.clone()).collect();
    match (names.is_empty(), N::Input::sizes().len()) {
        (false, _) => names,
        (true, 1) => vec!["input".into()],
        (true, count) => (1..=count).map(|number| format!("input_{number}")).collect(),
    }
}

/// An output that is an input too needs a name of its own.
fn output_name(name: &str, inputs: &[Value]) -> String {
    if inputs.iter().any(|input| input.0 == name) { format!("{name}_output") } else { name.into() }
}

/// Gives a value the name of the output that it is. What is an input, or two outputs, is copied.
fn name_output(graph: &mut Graph, value: &Value, name: &str, twice: bool) {
    let is_made = graph.nodes.iter().any(|node| node.output[0] == value.0);
    if twice || !is_made {
        let copy = graph.node("Identity", &[value]);
        return rename(graph, &copy, name);
    }
    rename(graph, value, name);
}

fn rename(graph: &mut Graph, value: &Value, name: &str) {
    for node in &mut graph.nodes {
        for used in node.input.iter_mut().chain(&mut node.output).filter(|used| **used == value.0) {
            *used = name.into();
        }
    }
}

/// Any number of samples.
fn value_info(name: &str, data_type: DataType, features: usize) -> ValueInfoProto {
    let samples = DimensionValue::Parameter("batch".into());
    let dim = [samples, DimensionValue::Value(features as i64)].map(|value| Dimension { value: Some(value) }).into();
    let tensor_type = TensorType { elem_type: data_type.into(), shape: Some(TensorShapeProto { dim }) };
    ValueInfoProto { name: name.into(), r#type: Some(TypeProto { tensor_type: Some(tensor_type) }) }
}
