//! Variables: the arrays that a layer's parameters consist of.

/// Rows of a vector, or rows and columns of a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArrayShape {
    sizes: [usize; 2],
    rank: usize,
}

impl ArrayShape {
    /// Creates the shape of a vector.
    pub const fn vector(rows: usize) -> Self {
        Self { sizes: [rows, 1], rank: 1 }
    }

    /// Creates the shape of a matrix.
    pub const fn matrix(rows: usize, columns: usize) -> Self {
        Self { sizes: [rows, columns], rank: 2 }
    }

    /// Returns the sizes: one of a vector, two of a matrix.
    pub fn sizes(&self) -> &[usize] {
        &self.sizes[..self.rank]
    }

    /// Returns the number of elements.
    pub const fn count(&self) -> usize {
        self.sizes[0] * self.sizes[1]
    }
}

/// One array of a layer's parameters, as it lies in memory: column by column, as nalgebra's matrices do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Name of the field: `weights`.
    pub name: &'static str,
    /// Shape of the array.
    pub shape: ArrayShape,
    /// Role of the array in training.
    pub role: Role,
}

/// Role of a variable in training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Changed by the optimizer.
    Trained,
    /// Not changed by the optimizer: the moving averages of `BatchNormalization`, or all variables of a layer with
    /// `trainable = false`.
    Kept,
    /// Zero and not counted: the bias of a layer with `use_bias = false`.
    Unused,
}

impl Variable {
    /// Creates a trained variable of any shape.
    pub const fn new(name: &'static str, shape: ArrayShape) -> Self {
        Self { name, shape, role: Role::Trained }
    }

    /// Creates a trained vector.
    pub const fn vector(name: &'static str, rows: usize) -> Self {
        Self::new(name, ArrayShape::vector(rows))
    }

    /// Creates a trained matrix.
    pub const fn matrix(name: &'static str, rows: usize, columns: usize) -> Self {
        Self::new(name, ArrayShape::matrix(rows, columns))
    }

    /// Returns the same variable with the role [`Role::Kept`]: the optimizer does not change it.
    #[must_use]
    pub const fn kept(self) -> Self {
        Self { role: Role::Kept, ..self }
    }

    /// Returns the number of scalars in memory.
    pub const fn count(&self) -> usize {
        self.shape.count()
    }
}
