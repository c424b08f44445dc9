//! What of a file matters: the nodes that the outputs need, and the constants, folded.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use mlp_onnx::{
    AttributeProto, DataType, DimensionValue, GraphProto, Message as _, ModelProto, NodeProto, TensorProto,
};

/// All that is wrong, each about a node, a value, or the file.
pub(super) type Problems = Vec<String>;

/// A model that can be understood.
#[derive(Debug)]
pub(super) struct Model {
    /// In an order in which they can be computed.
    pub(super) nodes: Vec<NodeProto>,
    pub(super) constants: HashMap<String, Constant>,
    /// Names, and how many features each has.
    pub(super) inputs: Vec<(String, usize)>,
    pub(super) outputs: Vec<String>,
    pub(super) is_double: bool,
}

/// Numbers that are known.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Constant {
    pub(super) shape: Vec<usize>,
    /// Row by row.
    pub(super) numbers: Vec<f64>,
}

/// More features no input of a small network has.
const MOST_FEATURES: i64 = 1 << 20;

/// Opsets whose operators mean what is said here.
const OPSETS: std::ops::RangeInclusive<i64> = 7..=26;

/// The file's path as text, for `include_bytes!`, and what is in it.
pub(super) fn read(path: &Path) -> Result<(String, Model), Problems> {
    let bytes = fs::read(path)
        .map_err(|error| vec![format!("this file cannot be read: {error}; the path is relative to the package")])?;
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    Ok((whole.display().to_string(), parse(&bytes)?))
}

pub(super) fn parse(bytes: &[u8]) -> Result<Model, Problems> {
    let file = ModelProto::decode(bytes).map_err(|error| vec![format!("this is no whole file of ONNX: {error}")])?;
    let graph = file.graph.ok_or_else(|| vec!["the file has no graph".to_owned()])?;
    let opset = file.opset_import.iter().find(|set| set.domain.is_empty() || set.domain == "ai.onnx");
    let version = opset.map_or(0, |set| set.version);
    if !OPSETS.contains(&version) {
        let (first, last) = (OPSETS.start(), OPSETS.end());
        return Err(vec![format!("the file is of opset {version}; {first} to {last} can be read")]);
    }
    Reader::default().model(graph)
}

#[derive(Default)]
struct Reader {
    problems: Problems,
    constants: HashMap<String, Constant>,
}

impl Reader {
    fn model(mut self, graph: GraphProto) -> Result<Model, Problems> {
        for tensor in &graph.initializer {
            self.constant(&tensor.name, tensor);
        }
        let nodes = needed(graph.node, graph.output.iter().map(|output| output.name.clone()));
        let mut left = Vec::new();
        for node in nodes {
            if !self.fold(&node) {
                left.push(node);
            }
        }
        let given: Vec<_> = graph.input.iter().filter(|input| !self.constants.contains_key(&input.name)).collect();
        let mut kinds = HashSet::new();
        let mut inputs = Vec::new();
        for input in given {
            let tensor = input.r#type.as_ref().and_then(|kind| kind.tensor_type.as_ref());
            let dimensions = tensor.and_then(|tensor| tensor.shape.as_ref()).map_or(&[][..], |shape| &shape.dim);
            match dimensions {
                [_, features] => match features.value {
                    Some(DimensionValue::Value(features)) if (1..=MOST_FEATURES).contains(&features) => {
                        inputs.push((input.name.clone(), features as usize));
                    }
                    _ => self.problems.push(format!("input {:?} has no fixed number of features", input.name)),
                },
                _ => self.problems.push(format!(
                    "input {:?} has {} dimensions; a network takes two, samples and features",
                    input.name,
                    dimensions.len()
                )),
            }
            kinds.insert(tensor.map_or(0, |tensor| tensor.elem_type));
        }
        let is_double = kinds == HashSet::from([DataType::Double as i32]);
        if !is_double && kinds != HashSet::from([DataType::Float as i32]) && !inputs.is_empty() {
            self.problems.push("the inputs are neither all float nor all double".to_owned());
        }
        if graph.output.is_empty() || (inputs.is_empty() && self.problems.is_empty()) {
            self.problems.push("the graph has no input or no output".to_owned());
        }
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        let outputs = graph.output.into_iter().map(|output| output.name).collect();
        Ok(Model { nodes: left, constants: self.constants, inputs, outputs, is_double })
    }

    fn constant(&mut self, name: &str, tensor: &TensorProto) {
        match (tensor.dimensions(), tensor.numbers()) {
            (Ok(shape), Ok(numbers)) => drop(self.constants.insert(name.into(), Constant { shape, numbers })),
            (Err(error), _) | (_, Err(error)) => self.problems.push(format!("tensor {name:?}: {error}")),
        }
    }

    /// Computes a node all of whose inputs are known, if that is no more than to look at them otherwise.
    fn fold(&mut self, node: &NodeProto) -> bool {
        let Some(output) = node.output.first() else { return false };
        if node.op_type == "Constant" {
            match node.attribute.first() {
                Some(AttributeProto { t: Some(tensor), .. }) => self.constant(output, tensor),
                Some(attribute) => {
                    let numbers = match attribute.name.as_str() {
                        "value_float" => vec![f64::from(attribute.f)],
                        "value_int" => vec![attribute.i as f64],
                        "value_floats" => attribute.floats.iter().map(|&number| f64::from(number)).collect(),
                        _ => attribute.ints.iter().map(|&number| number as f64).collect(),
                    };
                    let shape = if attribute.name.ends_with('s') { vec![numbers.len()] } else { Vec::new() };
                    self.constants.insert(output.clone(), Constant { shape, numbers });
                }
                None => self.problems.push(format!("{}: a constant without a value", title(node))),
            }
            return true;
        }
        let Some(known) = node.input.first().and_then(|input| self.constants.get(input)) else { return false };
        let folded = match node.op_type.as_str() {
            "Identity" | "Cast" => known.clone(),
            "Transpose" if known.shape.len() == 2 => known.transposed(),
            "Reshape" | "Flatten" | "Squeeze" | "Unsqueeze" if known.shape.len() <= 1 => {
                Constant { shape: vec![known.numbers.len()], ..known.clone() }
            }
            _ => return false,
        };
        self.constants.insert(output.clone(), folded);
        true
    }
}

impl Constant {
    /// A matrix with rows and columns exchanged.
    pub(super) fn transposed(&self) -> Self {
        let (rows, columns) = (self.shape[0], self.shape[1]);
        let numbers = (0..columns).flat_map(|column| (0..rows).map(move |row| row * columns + column));
        Self { shape: vec![columns, rows], numbers: numbers.map(|index| self.numbers[index]).collect() }
    }

    /// The one number that it is, whatever its dimensions.
    pub(super) fn scalar(&self) -> Option<f64> {
        match self.numbers.as_slice() {
            [number] => Some(*number),
            _ => None,
        }
    }

    /// A number for each feature: one row, or one number for all.
    pub(super) fn row(&self, features: usize) -> Option<Vec<f64>> {
        if let Some(number) = self.scalar() {
            return Some(vec![number; features]);
        }
        let is_row = self.shape.last() == Some(&features) && self.numbers.len() == features;
        is_row.then(|| self.numbers.clone())
    }
}

/// The nodes on the way to some values.
pub(super) fn needed(nodes: Vec<NodeProto>, values: impl Iterator<Item = String>) -> Vec<NodeProto> {
    let mut wanted: HashSet<String> = values.collect();
    let mut kept = Vec::new();
    for node in nodes.into_iter().rev() {
        if node.output.iter().any(|output| wanted.contains(output)) {
            wanted.extend(node.input.iter().cloned());
            kept.push(node);
        }
    }
    kept.reverse();
    kept
}

/// How a message calls a node.
pub(super) fn title(node: &NodeProto) -> String {
    let name = if node.name.is_empty() { node.output.first().map_or("", String::as_str) } else { &node.name };
    format!("node {name:?} ({})", node.op_type)
}

/// A setting of a node that is a number.
pub(super) fn float(node: &NodeProto, name: &str, otherwise: f64) -> f64 {
    attribute(node, name).map_or(otherwise, |attribute| shortest(attribute.f))
}

/// A setting of a node that is a whole number.
pub(super) fn int(node: &NodeProto, name: &str, otherwise: i64) -> i64 {
    attribute(node, name).map_or(otherwise, |attribute| attribute.i)
}

/// A setting of a node.
pub(super) fn attribute<'a>(node: &'a NodeProto, name: &str) -> Option<&'a AttributeProto> {
    node.attribute.iter().find(|attribute| attribute.name == name)
}

/// The double that a person would have written: 0.2, not the 0.20000000298 that single precision holds.
fn shortest(number: f32) -> f64 {
    format!("{number}").parse().unwrap_or_else(|_| f64::from(number))
}
