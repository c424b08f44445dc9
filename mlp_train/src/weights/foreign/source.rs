//! The file's side: nested modules with tensors, named as in PyTorch or Keras.

use mlp_data::Tensor;

/// Layer of another framework, or a container of layers.
#[derive(Debug, Default)]
pub(super) struct SourceModule {
    /// Dotted path: `encoder.0`.
    pub(super) path: String,
    /// Path of its group in an HDF5 file: `layers/sequential/layers/dense`.
    pub(super) group: String,
    /// User-chosen name within the container; `None` if the framework generated it.
    pub(super) name: Option<String>,
    /// Kind of layer. Only layers of the same kind match by order.
    pub(super) kind: String,
    /// Order of creation, if known.
    pub(super) creation_order: Option<OrderKey>,
    /// Order by the digits in the names, for use if the order of creation is not known for all modules.
    pub(super) name_order: OrderKey,
    pub(super) tensors: Vec<SourceTensor>,
    pub(super) modules: Vec<Self>,
}

/// Sort key of a module: the names on its path without their numbers, and the numbers, from the outermost module.
///
/// Modules are ordered only if their stems are equal.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct OrderKey {
    pub(super) stems: Vec<String>,
    pub(super) numbers: Vec<u64>,
}

/// Tensor of a module.
#[derive(Debug)]
pub(super) struct SourceTensor {
    /// Name in the module: `weight`.
    pub(super) name: String,
    /// Name in the file: `encoder.0.weight`.
    pub(super) full_name: String,
    pub(super) value: Tensor,
}

impl OrderKey {
    pub(super) fn from_name(name: &str) -> Self {
        let (stem, number) = split_number(name);
        Self { stems: vec![stem.to_owned()], numbers: vec![number.unwrap_or(0)] }
    }

    fn inside(&self, outer: &Self) -> Self {
        Self {
            stems: outer.stems.iter().chain(&self.stems).cloned().collect(),
            numbers: outer.numbers.iter().chain(&self.numbers).copied().collect(),
        }
    }
}

/// Splits the number from the end of a name: `dense_1` is `dense` and 1, `fc2` is `fc` and 2.
pub(super) fn split_number(name: &str) -> (&str, Option<u64>) {
    let stem = name.trim_end_matches(|character: char| character.is_ascii_digit());
    let number = name[stem.len()..].parse().ok();
    (stem.strip_suffix('_').unwrap_or(stem), number)
}

impl SourceModule {
    /// Returns whether it contains modules.
    pub(super) fn is_network(&self) -> bool {
        !self.modules.is_empty()
    }

    /// Replaces a container by its modules. If it has tensors of its own, they remain as a further module.
    pub(super) fn flattened(mut self) -> Vec<Self> {
        let mut modules = core::mem::take(&mut self.modules);
        for module in &mut modules {
            module.name_order = module.name_order.inside(&self.name_order);
            let orders = module.creation_order.as_ref().zip(self.creation_order.as_ref());
            module.creation_order = orders.map(|(inner, outer)| inner.inside(outer));
        }
        if !self.tensors.is_empty() {
            modules.push(self);
        }
        modules
    }

    /// Returns all tensors, including those of inner modules.
    pub(super) fn into_tensors(self) -> Vec<SourceTensor> {
        let Self { mut tensors, modules, .. } = self;
        tensors.extend(modules.into_iter().flat_map(Self::into_tensors));
        tensors
    }

    /// Returns the paths of all modules, including its own.
    pub(super) fn paths(&self) -> Vec<String> {
        let inner = self.modules.iter().flat_map(Self::paths);
        inner.chain((!self.path.is_empty()).then(|| self.path.clone())).collect()
    }

    /// Removes the inner module with a dotted path or a group path.
    pub(super) fn remove(&mut self, path: &str) -> Option<Self> {
        match self.modules.iter().position(|module| module.path == path || module.group == path) {
            Some(index) => Some(self.modules.remove(index)),
            None => self.modules.iter_mut().find_map(|module| module.remove(path)),
        }
    }
}
