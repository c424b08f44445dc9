//! Builder for ONNX graphs.

use std::collections::HashMap;

use mlp_core::export::{Attribute, GraphBuilder, Value};
use mlp_onnx::{AttributeProto, AttributeType, DataType, NodeProto, TensorProto};

/// ONNX graph under construction.
#[derive(Debug)]
pub(super) struct Graph {
    pub(super) nodes: Vec<NodeProto>,
    pub(super) constants: Vec<TensorProto>,
    data_type: DataType,
    /// Names of the layers that contain the current one.
    layers: Vec<String>,
    /// Name of each value by its handle.
    values: Vec<String>,
    /// Number of uses of each name.
    counts: HashMap<String, usize>,
}

impl Graph {
    /// Creates a graph without nodes.
    pub(super) fn new(data_type: DataType) -> Self {
        Self {
            nodes: Vec::new(),
            constants: Vec::new(),
            data_type,
            layers: Vec::new(),
            values: Vec::new(),
            counts: HashMap::new(),
        }
    }

    /// Returns the type of all values.
    pub(super) fn data_type(&self) -> DataType {
        self.data_type
    }

    /// Adds a value with a name.
    pub(super) fn value(&mut self, name: String) -> Value {
        self.values.push(name);
        Value(u32::try_from(self.values.len() - 1).expect("a graph has fewer than 2³² values"))
    }

    /// Returns the name of a value.
    pub(super) fn name(&self, value: Value) -> &str {
        &self.values[value.0 as usize]
    }

    /// Changes the name of a value.
    pub(super) fn rename(&mut self, value: Value, name: &str) {
        let old = core::mem::replace(&mut self.values[value.0 as usize], name.into());
        for node in &mut self.nodes {
            let names = node.input.iter_mut().chain(&mut node.output);
            names.filter(|used| **used == old).for_each(|used| *used = name.into());
        }
    }

    /// Returns the path of the current layer: `encoder.dense_1`.
    pub(super) fn layer_path(&self) -> String {
        if self.layers.is_empty() { "the network".into() } else { self.layers.join(".") }
    }

    fn path(&self, name: &str) -> String {
        self.layers.iter().map(String::as_str).chain([name]).collect::<Vec<_>>().join(".")
    }

    /// Returns `dense_1.Gemm`, and `dense_1.Gemm_2` for a second node of that operator.
    fn unique_name(&mut self, operator: &str) -> String {
        let path = self.path(operator);
        let count = self.counts.entry(path.clone()).or_insert(0);
        *count += 1;
        if *count == 1 { path } else { format!("{path}_{count}") }
    }

    /// Adds a constant of the current layer, unless a constant of that name exists.
    fn add_tensor(&mut self, name: &str, tensor: impl FnOnce(&str) -> TensorProto) -> Value {
        let name = self.path(name);
        if !self.constants.iter().any(|constant| constant.name == name) {
            self.constants.push(tensor(&name));
        }
        self.value(name)
    }

    fn cast(&mut self, value: Value, to: DataType) -> Value {
        self.add_node("Cast", &[value], &[Attribute::Int("to", to as i64)])
    }
}

impl GraphBuilder for Graph {
    fn is_double(&self) -> bool {
        self.data_type == DataType::Double
    }

    fn add_node(&mut self, operator: &str, inputs: &[Value], attributes: &[Attribute<'_>]) -> Value {
        let name = self.unique_name(operator);
        self.nodes.push(NodeProto {
            input: inputs.iter().map(|&value| self.name(value).into()).collect(),
            output: vec![name.clone()],
            name: name.clone(),
            op_type: operator.into(),
            domain: String::new(),
            attribute: attributes.iter().map(message).collect(),
        });
        self.value(name)
    }

    fn add_constant(&mut self, name: &str, shape: &[usize], values: &mut dyn Iterator<Item = f64>) -> Value {
        let data_type = self.data_type;
        self.add_tensor(name, |name| {
            let bytes: Vec<u8> = if data_type == DataType::Double {
                values.flat_map(f64::to_le_bytes).collect()
            } else {
                values.flat_map(|value| (value as f32).to_le_bytes()).collect()
            };
            TensorProto::new(name, data_type, shape, bytes)
        })
    }

    fn add_indices(&mut self, name: &str, indices: &[i64]) -> Value {
        self.add_tensor(name, |name| {
            let bytes = indices.iter().flat_map(|index| index.to_le_bytes()).collect();
            TensorProto::new(name, DataType::Int64, &[indices.len()], bytes)
        })
    }

    fn add_truth_values(&mut self, value: Value) -> Value {
        self.cast(value, self.data_type)
    }

    fn add_single_precision(&mut self, operator: &str, value: Value) -> Value {
        if !self.is_double() {
            return self.add_node(operator, &[value], &[]);
        }
        let single = self.cast(value, DataType::Float);
        let result = self.add_node(operator, &[single], &[]);
        self.cast(result, DataType::Double)
    }

    fn add_slice(&mut self, value: Value, first: usize, count: usize) -> Value {
        let end = first + count;
        let starts = self.add_indices(&format!("from_{first}_{end}"), &[first as i64]);
        let ends = self.add_indices(&format!("to_{first}_{end}"), &[end as i64]);
        let axes = self.add_indices("features", &[1]);
        self.add_node("Slice", &[value, starts, ends, axes], &[])
    }

    fn enter(&mut self, layer: &str) {
        self.layers.push(layer.into());
    }

    fn leave(&mut self) {
        self.layers.pop();
    }
}

/// Returns an attribute as a protobuf message.
fn message(attribute: &Attribute<'_>) -> AttributeProto {
    let (name, kind) = match *attribute {
        Attribute::Int(name, _) => (name, AttributeType::Int),
        Attribute::Float(name, _) => (name, AttributeType::Float),
        Attribute::Ints(name, _) => (name, AttributeType::Ints),
    };
    let message = AttributeProto { name: name.into(), r#type: kind.into(), ..AttributeProto::default() };
    match *attribute {
        Attribute::Int(_, i) => AttributeProto { i, ..message },
        Attribute::Float(_, f) => AttributeProto { f, ..message },
        Attribute::Ints(_, ints) => AttributeProto { ints: ints.to_vec(), ..message },
    }
}
