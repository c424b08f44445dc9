//! Description of a network's computation as a list of operators, for export to other formats.
//!
//! Layers and activations add nodes to a [`GraphBuilder`]. The operators are those of ONNX, opset 17.

/// Handle of a value in a graph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Value(pub u32);

/// Attribute of a node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Attribute<'a> {
    /// Integer.
    Int(&'a str, i64),
    /// Floating-point number.
    Float(&'a str, f32),
    /// List of integers.
    Ints(&'a str, &'a [i64]),
}

/// Layer or activation that has no `export`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsupported {
    /// Name of the type.
    pub type_name: &'static str,
}

impl Unsupported {
    /// Creates the error of a type without an `export` of its own.
    pub fn of<T: ?Sized>() -> Self {
        Self { type_name: core::any::type_name::<T>() }
    }
}

/// Output of a layer: one value for each part of its output shape.
pub type Exported = Result<Values, Unsupported>;

/// Graph under construction.
pub trait GraphBuilder {
    /// Returns whether the graph computes in double precision.
    fn is_double(&self) -> bool;
    /// Adds a node and returns its output.
    fn add_node(&mut self, operator: &str, inputs: &[Value], attributes: &[Attribute<'_>]) -> Value;
    /// Adds constants of the current layer, row by row. A name that exists already in this layer is reused.
    fn add_constant(&mut self, name: &str, shape: &[usize], values: &mut dyn Iterator<Item = f64>) -> Value;
    /// Adds integer constants.
    fn add_indices(&mut self, name: &str, indices: &[i64]) -> Value;
    /// Adds a conversion of truth values to 1 and 0.
    fn add_truth_values(&mut self, value: Value) -> Value;
    /// Adds an operator that runtimes have in single precision only.
    fn add_single_precision(&mut self, operator: &str, value: Value) -> Value;
    /// Adds a slice of `count` features from `first` on.
    fn add_slice(&mut self, value: Value, first: usize, count: usize) -> Value;
    /// Begins the nodes of a layer.
    fn enter(&mut self, layer: &str);
    /// Ends the nodes of a layer.
    fn leave(&mut self);
}

impl dyn GraphBuilder + '_ {
    /// Adds a node without attributes.
    pub fn node(&mut self, operator: &str, inputs: &[Value]) -> Value {
        self.add_node(operator, inputs, &[])
    }

    /// Adds a constant array.
    pub fn constant(&mut self, name: &str, shape: &[usize], values: impl IntoIterator<Item = f64>) -> Value {
        self.add_constant(name, shape, &mut values.into_iter())
    }

    /// Adds a constant scalar.
    pub fn scalar(&mut self, name: &str, value: f64) -> Value {
        self.constant(name, &[], [value])
    }

    /// Adds the sum over the features of each sample.
    pub fn sum(&mut self, value: Value) -> Value {
        let axes = self.add_indices("features", &[1]);
        self.node("ReduceSum", &[value, axes])
    }
}

/// List of at most 64 values: eight arguments of eight parts each.
#[derive(Clone, Copy, Debug)]
pub struct Values {
    values: [Value; Self::CAPACITY],
    len: usize,
}

impl Values {
    const CAPACITY: usize = 64;

    /// Adds a value at the end.
    ///
    /// # Panics
    /// If the list is full.
    pub fn push(&mut self, value: Value) {
        self.values[self.len] = value;
        self.len += 1;
    }

    /// Creates a list of the values of several lists.
    pub fn concat(lists: &[&[Value]]) -> Self {
        lists.iter().copied().flatten().copied().collect()
    }
}

impl core::ops::Deref for Values {
    type Target = [Value];
    fn deref(&self) -> &[Value] {
        &self.values[..self.len]
    }
}

impl Default for Values {
    fn default() -> Self {
        Self { values: [Value(0); Self::CAPACITY], len: 0 }
    }
}

impl FromIterator<Value> for Values {
    fn from_iter<I: IntoIterator<Item = Value>>(values: I) -> Self {
        let mut list = Self::default();
        for (slot, value) in list.values.iter_mut().zip(values) {
            *slot = value;
            list.len += 1;
        }
        list
    }
}

impl From<Value> for Values {
    fn from(value: Value) -> Self {
        core::iter::once(value).collect()
    }
}
