//! Reads a file: the nodes that the outputs depend on, and the constants, folded.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use mlp_onnx::{
    AttributeProto, DataType, DimensionValue, GraphProto, Message as _, ModelProto, NodeProto, TensorProto, TensorType,
    ValueInfoProto,
};

/// Error messages, each about a node, a value or the file.
pub(super) type Messages = Vec<String>;

/// The content of a valid file.
#[derive(Debug)]
pub(super) struct OnnxModel {
    /// The nodes in topological order.
    pub(super) nodes: Vec<NodeProto>,
    pub(super) constants: HashMap<String, Constant>,
    /// The names and the numbers of features.
    pub(super) inputs: Vec<(String, usize)>,
    pub(super) outputs: Vec<String>,
    pub(super) is_double: bool,
}

/// A constant tensor.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Constant {
    pub(super) shape: Vec<usize>,
    /// The elements in row-major order.
    pub(super) values: Vec<f64>,
}

/// Maximum number of features of an input; larger values are rejected as malicious.
const MAX_FEATURES: i64 = 1 << 20;

/// Supported versions of the operator set.
const OPSETS: std::ops::RangeInclusive<i64> = 7..=26;

/// Limits of what a file may cost the compiler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limits {
    /// Maximum memory of the decoded file in bytes.
    pub(super) memory: u64,
    /// Maximum number of nodes and tensors.
    pub(super) tensors: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory: 1 << 32, tensors: 100_000 }
    }
}

impl Limits {
    fn check_memory(self, found: u64) -> Result<(), Messages> {
        let Self { memory, .. } = self;
        if found <= memory {
            return Ok(());
        }
        Err(vec![format!(
            "the file needs {found} bytes of memory, expected at most {memory}; \
             for a file that you trust, add `memory = {found}` after its path"
        )])
    }

    fn check_tensors(self, graph: &GraphProto) -> Result<(), Messages> {
        let found = graph.node.len() + graph.initializer.len();
        let Self { tensors, .. } = self;
        if found <= tensors {
            return Ok(());
        }
        Err(vec![format!(
            "the file has {found} nodes and tensors, expected at most {tensors}; \
             for a file that you trust, add `tensors = {found}` after its path"
        )])
    }
}

/// Returns the absolute path of the file, for `include_bytes!`, and its content.
pub(super) fn read(path: &Path, limits: Limits) -> Result<(String, OnnxModel), Messages> {
    let bytes = read_bytes(path, limits.memory).map_err(|error| {
        vec![format!("cannot read the file: {error}; its path is relative to the package's directory")]
    })?;
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    Ok((whole.display().to_string(), parse(&bytes, limits)?))
}

/// Reads a file. One byte more than the limit shows that it is exceeded, also by a device without an end.
fn read_bytes(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    // Decoding needs at least eight times as much as the file.
    let limit = limit / 8;
    let mut bytes = Vec::new();
    File::open(path)?.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Returns the content of a file.
pub(super) fn parse(bytes: &[u8], limits: Limits) -> Result<OnnxModel, Messages> {
    let invalid = |error| vec![format!("invalid or truncated ONNX file: {error}")];
    limits.check_memory(ModelProto::decoded_size(bytes).map_err(invalid)?)?;
    let file = ModelProto::decode(bytes).map_err(invalid)?;
    let graph = file.graph.ok_or_else(|| vec!["the file has no graph".to_owned()])?;
    limits.check_tensors(&graph)?;
    let opset = file.opset_import.iter().find(|set| set.domain.is_empty() || set.domain == "ai.onnx");
    let version = opset.map_or(0, |set| set.version);
    if !OPSETS.contains(&version) {
        let first = OPSETS.start();
        let last = OPSETS.end();
        return Err(vec![format!("unsupported opset {version}: expected {first} to {last}")]);
    }
    Reader::default().model(graph)
}

#[derive(Default)]
struct Reader {
    errors: Messages,
    constants: HashMap<String, Constant>,
}

impl Reader {
    fn model(mut self, graph: GraphProto) -> Result<OnnxModel, Messages> {
        for tensor in &graph.initializer {
            self.constant(&tensor.name, tensor);
        }
        let outputs: Vec<_> = graph.output.into_iter().map(|output| output.name).collect();
        let mut nodes = needed(graph.node, outputs.iter().cloned());
        nodes.retain(|node| !self.fold(node));
        let (inputs, is_double) = self.inputs(&graph.input);
        if outputs.is_empty() || (inputs.is_empty() && self.errors.is_empty()) {
            self.errors.push("the graph has no input or no output".to_owned());
        }
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        Ok(OnnxModel { nodes, constants: self.constants, inputs, outputs, is_double })
    }

    /// Returns the names and sizes of the inputs, and whether they are in double precision.
    fn inputs(&mut self, inputs: &[ValueInfoProto]) -> (Vec<(String, usize)>, bool) {
        let mut sizes = Vec::new();
        let mut types = HashSet::new();
        for input in inputs.iter().filter(|input| !self.constants.contains_key(&input.name)) {
            match features(input) {
                Ok(features) => sizes.push((input.name.clone(), features)),
                Err(error) => self.errors.push(error),
            }
            types.insert(element_type(input));
        }
        let is_double = types == HashSet::from([DataType::Double as i32]);
        let is_float = types == HashSet::from([DataType::Float as i32]);
        if !is_double && !is_float && !sizes.is_empty() {
            self.errors.push("expected inputs that are all float or all double".to_owned());
        }
        (sizes, is_double)
    }

    fn constant(&mut self, name: &str, tensor: &TensorProto) {
        match (tensor.dimensions(), tensor.values()) {
            (Ok(shape), Ok(values)) => drop(self.constants.insert(name.into(), Constant { shape, values })),
            (Err(error), _) | (_, Err(error)) => self.errors.push(format!("tensor {name:?}: {error}")),
        }
    }

    /// Folds a node that produces a constant, or another view of one. Returns whether it did.
    fn fold(&mut self, node: &NodeProto) -> bool {
        let Some(output) = node.output.first() else { return false };
        if node.op_type == "Constant" {
            self.constant_node(node, output);
            return true;
        }
        let Some(known) = node.input.first().and_then(|input| self.constants.get(input)) else { return false };
        let folded = match node.op_type.as_str() {
            "Identity" | "Cast" => known.clone(),
            "Transpose" if known.shape.len() == 2 => known.transposed(),
            "Reshape" | "Flatten" | "Squeeze" | "Unsqueeze" if known.shape.len() <= 1 => {
                Constant { shape: vec![known.values.len()], ..known.clone() }
            }
            _ => return false,
        };
        self.constants.insert(output.clone(), folded);
        true
    }

    fn constant_node(&mut self, node: &NodeProto, output: &str) {
        match node.attribute.first() {
            Some(AttributeProto { t: Some(tensor), .. }) => self.constant(output, tensor),
            Some(attribute) => {
                let constant = Constant::from_attribute(attribute);
                self.constants.insert(output.to_owned(), constant);
            }
            None => self.errors.push(format!("{}: missing value of the constant", title(node))),
        }
    }
}

/// Returns the number of features of an input.
fn features(input: &ValueInfoProto) -> Result<usize, String> {
    let shape = tensor_type(input).and_then(|tensor| tensor.shape.as_ref());
    let dimensions = shape.map_or(&[][..], |shape| &shape.dim);
    let [_, features] = dimensions else {
        let count = dimensions.len();
        let name = &input.name;
        return Err(format!("expected two dimensions of input {name:?}, samples and features, found {count}"));
    };
    match features.value {
        Some(DimensionValue::Value(features)) if (1..=MAX_FEATURES).contains(&features) => Ok(features as usize),
        _ => Err(format!("input {:?} has no fixed number of features", input.name)),
    }
}

fn element_type(input: &ValueInfoProto) -> i32 {
    tensor_type(input).map_or(0, |tensor| tensor.elem_type)
}

fn tensor_type(input: &ValueInfoProto) -> Option<&TensorType> {
    input.r#type.as_ref()?.tensor_type.as_ref()
}

impl Constant {
    /// Creates a scalar or a vector from the attribute of a `Constant` node.
    fn from_attribute(attribute: &AttributeProto) -> Self {
        let values = match attribute.name.as_str() {
            "value_float" => vec![f64::from(attribute.f)],
            "value_int" => vec![attribute.i as f64],
            "value_floats" => attribute.floats.iter().map(|&value| f64::from(value)).collect(),
            _ => attribute.ints.iter().map(|&value| value as f64).collect(),
        };
        let shape = if attribute.name.ends_with('s') { vec![values.len()] } else { Vec::new() };
        Self { shape, values }
    }

    /// Returns the transposed matrix.
    pub(super) fn transposed(&self) -> Self {
        let rows = self.shape[0];
        let columns = self.shape[1];
        let indices = (0..columns).flat_map(|column| (0..rows).map(move |row| row * columns + column));
        Self { shape: vec![columns, rows], values: indices.map(|index| self.values[index]).collect() }
    }

    /// Returns the single element, whatever the dimensions.
    pub(super) fn scalar(&self) -> Option<f64> {
        match self.values.as_slice() {
            [value] => Some(*value),
            _ => None,
        }
    }

    /// Returns one element per feature, from a row or from a single element.
    pub(super) fn row(&self, features: usize) -> Option<Vec<f64>> {
        if let Some(value) = self.scalar() {
            return Some(vec![value; features]);
        }
        let is_row = self.shape.last() == Some(&features) && self.values.len() == features;
        is_row.then(|| self.values.clone())
    }
}

/// Returns the nodes that some values depend on.
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

/// Returns the description of a node for error messages.
pub(super) fn title(node: &NodeProto) -> String {
    let name = if node.name.is_empty() { node.output.first().map_or("", String::as_str) } else { &node.name };
    format!("node {name:?} ({})", node.op_type)
}

/// Returns an attribute of type float.
pub(super) fn float(node: &NodeProto, name: &str, default: f64) -> f64 {
    attribute(node, name).map_or(default, |attribute| shortest(attribute.f))
}

/// Returns an attribute of type int.
pub(super) fn int(node: &NodeProto, name: &str, default: i64) -> i64 {
    attribute(node, name).map_or(default, |attribute| attribute.i)
}

/// Returns an attribute.
pub(super) fn attribute<'a>(node: &'a NodeProto, name: &str) -> Option<&'a AttributeProto> {
    node.attribute.iter().find(|attribute| attribute.name == name)
}

/// Returns the shortest decimal number with this value in single precision: 0.2, not 0.20000000298.
fn shortest(value: f32) -> f64 {
    format!("{value}").parse().unwrap_or_else(|_| f64::from(value))
}
