//! A graph in work.

use std::collections::HashMap;

use mlp_onnx::{AttributeProto, AttributeType, DataType, NodeProto, TensorProto};

use super::ExportError;

/// What a node gives, by its name in the graph.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Value(pub(super) String);

/// A graph in work: layers add their nodes to it.
#[derive(Debug)]
pub struct Graph {
    pub(super) nodes: Vec<NodeProto>,
    pub(super) constants: Vec<TensorProto>,
    data_type: DataType,
    /// The names of the layers that the one in work is in.
    layers: Vec<String>,
    /// How often each name was taken.
    names: HashMap<String, usize>,
}

/// A setting of a node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Attribute<'a> {
    /// A whole number.
    Int(&'a str, i64),
    /// A number.
    Float(&'a str, f32),
    /// Whole numbers.
    Ints(&'a str, &'a [i64]),
}

impl Graph {
    pub(super) fn new(data_type: DataType) -> Self {
        Self { nodes: Vec::new(), constants: Vec::new(), data_type, layers: Vec::new(), names: HashMap::new() }
    }

    /// Whether numbers are of double precision.
    pub fn is_double(&self) -> bool {
        self.data_type == DataType::Double
    }

    /// What a node of ONNX's own operators gives.
    pub fn node(&mut self, operator: &str, inputs: &[&Value]) -> Value {
        self.node_with(operator, inputs, &[])
    }

    /// The same with settings.
    pub fn node_with(&mut self, operator: &str, inputs: &[&Value], attributes: &[Attribute<'_>]) -> Value {
        let name = self.own_name(operator);
        self.nodes.push(NodeProto {
            input: inputs.iter().map(|value| value.0.clone()).collect(),
            output: vec![name.clone()],
            name: name.clone(),
            op_type: operator.into(),
            domain: String::new(),
            attribute: attributes.iter().map(Attribute::message).collect(),
        });
        Value(name)
    }

    /// Numbers of the layer in work, row by row, as `dense_1.weights`. A layer that is called twice has them once.
    pub fn constant(&mut self, name: &str, shape: &[usize], numbers: impl IntoIterator<Item = f64>) -> Value {
        let name = self.path(name);
        if !self.constants.iter().any(|constant| constant.name == name) {
            let bytes: Vec<u8> = match self.is_double() {
                true => numbers.into_iter().flat_map(f64::to_le_bytes).collect(),
                false => numbers.into_iter().flat_map(|number| (number as f32).to_le_bytes()).collect(),
            };
            self.constants.push(TensorProto::new(&name, self.data_type, shape, bytes));
        }
        Value(name)
    }

    /// One number for all, as `dense_1.epsilon`.
    pub fn scalar(&mut self, name: &str, number: f64) -> Value {
        self.constant(name, &[], [number])
    }

    /// Whole numbers, as indices are.
    pub fn indices(&mut self, name: &str, indices: &[i64]) -> Value {
        let name = self.path(name);
        if !self.constants.iter().any(|constant| constant.name == name) {
            let bytes = indices.iter().flat_map(|index| index.to_le_bytes()).collect();
            self.constants.push(TensorProto::new(&name, DataType::Int64, &[indices.len()], bytes));
        }
        Value(name)
    }

    /// The sum over the features of each sample.
    pub fn sum(&mut self, value: &Value) -> Value {
        let axes = self.indices("features", &[1]);
        self.node("ReduceSum", &[value, &axes])
    }

    /// An operator for which single precision has to do, because runtimes have no other.
    pub fn single(&mut self, operator: &str, value: &Value) -> Value {
        if !self.is_double() {
            return self.node(operator, &[value]);
        }
        let to = |kind: DataType| Attribute::Int("to", kind as i64);
        let single = self.node_with("Cast", &[value], &[to(DataType::Float)]);
        let result = self.node(operator, &[&single]);
        self.node_with("Cast", &[&result], &[to(DataType::Double)])
    }

    /// Yes and no as 1 and 0.
    pub fn as_numbers(&mut self, value: &Value) -> Value {
        self.node_with("Cast", &[value], &[Attribute::Int("to", self.data_type as i64)])
    }

    /// Whatever a layer's `export` adds, under the layer's name.
    pub fn layer<R>(&mut self, name: &str, export: impl FnOnce(&mut Self) -> R) -> R {
        self.layers.push(name.into());
        let result = export(self);
        self.layers.pop();
        result
    }

    /// Some features of a value.
    pub fn slice(&mut self, value: &Value, first: usize, count: usize) -> Value {
        let index = |position: usize| position as i64;
        let name = |what: &str| format!("{what}_{first}_{}", first + count);
        let starts = self.indices(&name("from"), &[index(first)]);
        let ends = self.indices(&name("to"), &[index(first + count)]);
        let axes = self.indices("features", &[1]);
        self.node("Slice", &[value, &starts, &ends, &axes])
    }

    /// The error of a type without an `export` of its own.
    pub fn cannot<T: ?Sized>(&self) -> ExportError {
        let layer = if self.layers.is_empty() { "the network".into() } else { self.layers.join(".") };
        ExportError { layer, kind: core::any::type_name::<T>() }
    }

    fn path(&self, name: &str) -> String {
        self.layers.iter().map(String::as_str).chain([name]).collect::<Vec<_>>().join(".")
    }

    /// `dense_1.Gemm`, and `dense_1.Gemm_2` for a second one.
    fn own_name(&mut self, operator: &str) -> String {
        let path = self.path(operator);
        let count = self.names.entry(path.clone()).or_insert(0);
        *count += 1;
        if *count == 1 { path } else { format!("{path}_{count}") }
    }
}

impl Attribute<'_> {
    fn message(&self) -> AttributeProto {
        let (name, kind) = match *self {
            Self::Int(name, _) => (name, AttributeType::Int),
            Self::Float(name, _) => (name, AttributeType::Float),
            Self::Ints(name, _) => (name, AttributeType::Ints),
        };
        let message = AttributeProto { name: name.into(), r#type: kind.into(), ..AttributeProto::default() };
        match *self {
            Self::Int(_, i) => AttributeProto { i, ..message },
            Self::Float(_, f) => AttributeProto { f, ..message },
            Self::Ints(_, ints) => AttributeProto { ints: ints.to_vec(), ..message },
        }
    }
}
