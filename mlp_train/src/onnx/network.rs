//! Export of a whole network as an ONNX model.

use mlp_onnx::{
    DataType, Dimension, DimensionValue, GraphProto, Message as _, ModelProto, OperatorSetIdProto,
    StringStringEntryProto, TensorShapeProto, TensorType, TypeProto, ValueInfoProto,
};

use mlp_core::export::{GraphBuilder, Value, Values};
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
    let (mut graph, inputs) = start::<N>();
    let outputs = export(network, &mut graph, &inputs)?;
    let output_names: Vec<_> = N::OUTPUTS.iter().map(|&name| output_name(&graph, name, &inputs)).collect();
    for (&value, name) in outputs.iter().zip(&output_names) {
        let is_repeated = outputs.iter().filter(|&&other| other == value).count() > 1;
        name_output(&mut graph, value, name, is_repeated);
    }
    let infos = value_infos(&output_names, sizes::<N::Output>(), graph.data_type());
    Ok(finish::<N>(graph, &inputs, infos))
}

/// Returns the bytes of the ONNX file of an ensemble: the mean and the standard deviation of each output over the members.
pub(crate) fn ensemble_to_bytes<N: BaseNetwork>(members: &[Box<N>]) -> Result<Vec<u8>, ExportError> {
    let (mut graph, inputs) = start::<N>();
    let mut outputs = Vec::with_capacity(members.len());
    for (index, member) in members.iter().enumerate() {
        graph.enter(&format!("member_{index}"));
        outputs.push(export(&**member, &mut graph, &inputs)?);
        graph.leave();
    }
    let mut names = Vec::new();
    for (index, output) in N::OUTPUTS.iter().enumerate() {
        let values: Vec<Value> = outputs.iter().map(|values| values[index]).collect();
        for (value, statistic) in moments(&mut graph, output, &values).into_iter().zip(["mean", "std"]) {
            names.push(format!("{output}_{statistic}"));
            graph.rename(value, &format!("{output}_{statistic}"));
        }
    }
    let sizes = sizes::<N::Output>().into_iter().flat_map(|size| [size, size]).collect();
    let infos = value_infos(&names, sizes, graph.data_type());
    Ok(finish::<N>(graph, &inputs, infos))
}

/// Adds the mean of values, and the root of their mean squared distance from it.
fn moments(graph: &mut Graph, output: &str, values: &[Value]) -> [Value; 2] {
    let graph: &mut dyn GraphBuilder = graph;
    graph.enter(output);
    let share = graph.scalar("share", 1.0 / values.len() as f64);
    let mean = average(graph, values, share);
    let mut squares = Vec::with_capacity(values.len());
    for &value in values {
        let distance = graph.node("Sub", &[value, mean]);
        squares.push(graph.node("Mul", &[distance, distance]));
    }
    let variance = average(graph, &squares, share);
    let deviation = graph.node("Sqrt", &[variance]);
    graph.leave();
    [mean, deviation]
}

/// Adds the sum of values times `share`.
fn average(graph: &mut dyn GraphBuilder, values: &[Value], share: Value) -> Value {
    let sum = values.iter().copied().reduce(|sum, value| graph.node("Add", &[sum, value]));
    graph.node("Mul", &[sum.expect("an ensemble has at least one member"), share])
}

/// Returns a graph without nodes, and its inputs.
fn start<N: BaseNetwork>() -> (Graph, Vec<Value>) {
    let mut graph = Graph::new(if size_of::<N::Scalar>() == 4 { DataType::Float } else { DataType::Double });
    let inputs = input_names::<N>().into_iter().map(|name| graph.value(name)).collect();
    (graph, inputs)
}

/// Adds the nodes of a network.
fn export<N: BaseNetwork>(network: &N, graph: &mut Graph, inputs: &[Value]) -> Result<Values, ExportError> {
    let outputs = network.export(&N::Options::default(), graph, inputs);
    outputs.map_err(|error| ExportError { layer: graph.layer_path(), type_name: error.type_name })
}

/// Returns the bytes of the file of a graph.
fn finish<N: BaseNetwork>(graph: Graph, inputs: &[Value], output: Vec<ValueInfoProto>) -> Vec<u8> {
    let names: Vec<String> = inputs.iter().map(|&value| graph.name(value).into()).collect();
    let input = value_infos(&names, sizes::<N::Input>(), graph.data_type());
    let (node, initializer) = (graph.nodes, graph.constants);
    model(GraphProto { node, name: N::NAME.into(), initializer, input, output, ..GraphProto::default() })
        .encode_to_vec()
}

fn value_infos(names: &[String], sizes: Vec<usize>, data_type: DataType) -> Vec<ValueInfoProto> {
    names.iter().zip(sizes).map(|(name, features)| value_info(name, data_type, features)).collect()
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
