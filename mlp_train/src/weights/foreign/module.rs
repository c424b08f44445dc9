//! What another framework's file holds: modules in modules, as there the layers are called.

use crate::data::Tensor;

/// A layer of another framework, or several of them in one.
#[derive(Debug, Default)]
pub(super) struct Module {
    /// The names behind one another: `encoder.0`.
    pub(super) path: String,
    /// Where it lies in the file, if that is told otherwise: `layers/sequential/layers/dense`.
    pub(super) place: String,
    /// The name in the module around it, if somebody chose it.
    pub(super) name: Option<String>,
    /// What kind of layer it is; only layers of one kind stand for one another.
    pub(super) kind: String,
    /// Its place among its kind: by the order in which layers were made if that is known of all, and by the numbers in
    /// their names otherwise.
    pub(super) made: Option<Place>,
    pub(super) numbered: Place,
    pub(super) tensors: Vec<Field>,
    pub(super) modules: Vec<Self>,
}

/// Names without their numbers, from the outermost module on, and the numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) stems: Vec<String>,
    pub(super) numbers: Vec<u64>,
}

/// An array of a layer.
#[derive(Debug)]
pub(super) struct Field {
    /// Its name in the layer: `weight`.
    pub(super) name: String,
    /// Its name in the file: `encoder.0.weight`.
    pub(super) tensor: String,
    pub(super) value: Tensor,
}

impl Place {
    pub(super) fn of(name: &str) -> Self {
        let (stem, number) = numbered(name);
        Self { stems: vec![stem.to_owned()], numbers: vec![number.unwrap_or(0)] }
    }

    fn inside(&self, outer: &Self) -> Self {
        let join = |outer: &Vec<_>, inner: &Vec<_>| outer.iter().chain(inner).cloned().collect();
        Self {
            stems: join(&outer.stems, &self.stems),
            numbers: outer.numbers.iter().chain(&self.numbers).copied().collect(),
        }
    }
}

/// A name without the number at its end, and the number: `dense_1` is `dense` and 1, `fc2` is `fc` and 2.
pub(super) fn numbered(name: &str) -> (&str, Option<u64>) {
    let stem = name.trim_end_matches(|character: char| character.is_ascii_digit());
    let number = name[stem.len()..].parse().ok();
    (stem.strip_suffix('_').unwrap_or(stem), number)
}

impl Module {
    /// Whether it is made of others.
    pub(super) fn is_network(&self) -> bool {
        !self.modules.is_empty()
    }

    /// Its own layers instead of it. What lies in it and in none of them remains.
    pub(super) fn dissolved(mut self) -> Vec<Self> {
        let mut modules = core::mem::take(&mut self.modules);
        for module in &mut modules {
            module.numbered = module.numbered.inside(&self.numbered);
            module.made = module.made.as_ref().zip(self.made.as_ref()).map(|(inner, outer)| inner.inside(outer));
        }
        if !self.tensors.is_empty() {
            modules.push(self);
        }
        modules
    }

    /// All arrays in it.
    pub(super) fn into_fields(self) -> Vec<Field> {
        let Self { mut tensors, modules, .. } = self;
        tensors.extend(modules.into_iter().flat_map(Self::into_fields));
        tensors
    }

    /// The modules in it, itself included, that are called something.
    pub(super) fn paths(&self) -> Vec<String> {
        let inner = self.modules.iter().flat_map(Self::paths);
        inner.chain((!self.path.is_empty()).then(|| self.path.clone())).collect()
    }

    /// Takes the module with a path, or at a place, out of it.
    pub(super) fn remove(&mut self, path: &str) -> Option<Self> {
        match self.modules.iter().position(|module| module.path == path || module.place == path) {
            Some(index) => Some(self.modules.remove(index)),
            None => self.modules.iter_mut().find_map(|module| module.remove(path)),
        }
    }
}
