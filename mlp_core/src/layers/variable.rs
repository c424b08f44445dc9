//! The arrays that a layer's parameters are made of.

/// One array of a layer's parameters, as it lies in memory: column by column, as nalgebra's matrices do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The field's name: `weights`. In the list of a whole network's variables it has the layer's before it:
    /// `dense_1.weights`.
    pub name: String,
    /// Rows, and columns if it is a matrix.
    pub shape: Vec<usize>,
    /// What training does to it.
    pub role: Role,
}

/// What training does to a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// An optimizer changes it.
    Trained,
    /// It is as much a part of the layer, but an optimizer leaves it as it is: the averages of `BatchNormalization`, and
    /// everything of a layer with `trainable = false`.
    Kept,
    /// It stays zero, and is not counted: the bias of a layer with `use_bias = false`.
    Unused,
}

impl Variable {
    /// A variable that an optimizer changes.
    pub fn new<const DIMENSIONS: usize>(name: &str, shape: [usize; DIMENSIONS]) -> Self {
        Self { name: name.into(), shape: shape.into(), role: Role::Trained }
    }

    /// The same variable, left as it is by an optimizer unless this is true.
    #[must_use]
    pub fn trained(self, trained: bool) -> Self {
        let role = if !trained && self.role == Role::Trained { Role::Kept } else { self.role };
        Self { role, ..self }
    }

    /// The same variable, without influence unless this is true.
    #[must_use]
    pub fn used(self, used: bool) -> Self {
        Self { role: if used { self.role } else { Role::Unused }, ..self }
    }

    /// How many scalars it has in memory.
    pub fn count(&self) -> usize {
        self.shape.iter().product()
    }
}
