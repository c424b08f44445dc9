use core::marker::PhantomData;

use nalgebra::{SMatrix, SVector};

use super::{Backward, Features, Mode, Module, Variable, WithScalar};
use crate::export::{Exported, GraphBuilder, Value};
use crate::initializers::{Fan, Initializer, IntoInitializer, uniform};
use crate::kernels::{Vector, vector_at};
use crate::memory::{Allocator, Memory};
use crate::parameters::Parameters;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::tile::{Tile, TileMut};

/// Number of categories, as a type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Categories<const COUNT: usize> {}

/// Categories of a layer that is written without them, which the macros report: `Embedding(1 => 8)`.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NoCategories {}

/// `y = embeddings[x]`: the vector of the category with index `x`. Equal to a one-hot code times a matrix, without either.
///
/// Written `Embedding(1 => 8, Categories<100>)` in a network: one feature, the index from 0 to 99, becomes 8 features. An
/// invalid index produces zeros and has no gradient; so does a value between two indices.
///
/// Keras: `Embedding(100, 8)`.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Embedding<const IN: usize, const OUT: usize, C = NoCategories, T = f32>
where
    C: Vectors<T, OUT>,
    T: Scalar,
{
    /// Vectors of the categories: a column for each.
    pub embeddings: C::Matrix,
    categories: PhantomData<fn() -> (C, T)>,
}

/// Matrix of the vectors of [`Categories`].
#[diagnostic::on_unimplemented(message = "`{Self}` is not a number of categories", label = "write `Categories<100>`")]
pub trait Vectors<T: Scalar, const OUT: usize>: 'static {
    /// Matrix with a column for each category.
    type Matrix: Parameters<Scalar = T> + Clone + core::fmt::Debug + PartialEq;
    /// Number of categories.
    const COUNT: usize;
}

impl<T: Scalar, const COUNT: usize, const OUT: usize> Vectors<T, OUT> for Categories<COUNT> {
    type Matrix = SMatrix<T, OUT, COUNT>;
    const COUNT: usize = COUNT;
}

impl<T: Scalar, const OUT: usize> Vectors<T, OUT> for NoCategories {
    type Matrix = SMatrix<T, OUT, 0>;
    const COUNT: usize = 0;
}

/// Hyper-parameters of [`Embedding`].
#[derive(Debug)]
pub struct EmbeddingOptions {
    init: Initializer,
}

impl Default for EmbeddingOptions {
    /// Returns Keras's default: uniform between −0.05 and 0.05.
    fn default() -> Self {
        Self { init: uniform(-0.05, 0.05) }
    }
}

impl EmbeddingOptions {
    /// Sets the initializer of the vectors: `init = normal(0.0, 1.0)`.
    #[must_use]
    pub fn init(self, init: impl IntoInitializer) -> Self {
        Self { init: init.into_initializer() }
    }
}

// SAFETY: `repr(C)`, parameters of the scalar and zero-sized.
unsafe impl<const IN: usize, const OUT: usize, C: Vectors<T, OUT>, T: Scalar> Parameters for Embedding<IN, OUT, C, T> {
    type Scalar = T;
}

impl<const IN: usize, const OUT: usize, C, S: Scalar, T: Scalar> WithScalar<T> for Embedding<IN, OUT, C, S>
where
    C: Vectors<S, OUT> + Vectors<T, OUT>,
    Embedding<IN, OUT, C, T>: Module<Scalar = T>,
{
    type Layer = Embedding<IN, OUT, C, T>;
}

impl<const IN: usize, const OUT: usize, C: Vectors<T, OUT>, T: Scalar> Module for Embedding<IN, OUT, C, T> {
    type Input = Features<IN>;
    type Output = Features<OUT>;
    type Options = EmbeddingOptions;
    type Cache<M: Memory> = ();

    // The initializers are functions.
    const DEFAULT_OPTIONS_OWN_NOTHING: bool = true;

    const KIND: &'static str = "Embedding";
    const READS_OUTPUT: bool = false;
    const OPTIONS: &'static [&'static str] = &["init"];
    const VARIABLES: &'static [Variable] = &[Variable::matrix("embeddings", OUT, C::COUNT)];
    const SIZE_ERROR: Option<&'static str> = if IN == 1 && C::COUNT > 0 {
        None
    } else {
        Some(
            "expected one input, the index of a category, and the number of categories: `Embedding(1 => 8, Categories<100>)`",
        )
    };

    fn cache<M: Memory>(_allocator: Allocator<M>) {}

    fn initialize(&mut self, options: &EmbeddingOptions, rng: &mut Rng) {
        options.init.fill(self.embeddings.as_mut_slice(), Fan { inputs: C::COUNT, outputs: OUT }, rng);
    }

    fn forward<M: Memory>(
        &self,
        _options: &EmbeddingOptions,
        _mode: Mode<'_>,
        input: Tile<'_, T>,
        output: TileMut<'_, T>,
        (): &mut (),
    ) {
        T::gather(self.embeddings.as_slice(), input, output);
    }

    // dembeddings[x] += dY. An index has no gradient.
    fn backward<M: Memory>(&self, _options: &EmbeddingOptions, pass: Backward<'_, Self>, (): &mut ()) {
        T::scatter_add(pass.input, pass.output_gradient.as_tile(), pass.gradient.embeddings.as_mut_slice());
        if let Some(mut gradient) = pass.input_gradient {
            gradient.fill(T::zero());
        }
    }

    #[inline(always)]
    fn forward_one<V: Vector<Scalar = T>>(
        &self,
        _options: &EmbeddingOptions,
        input: &SVector<T, IN>,
    ) -> SVector<T, OUT> {
        let mut output = SVector::<T, OUT>::ZEROS;
        if let Some(vector) = vector_at(input[0], C::COUNT, OUT) {
            output.data.0[0].copy_from_slice(&self.embeddings.as_slice()[vector]);
        }
        output
    }

    fn export(&self, _options: &Self::Options, graph: &mut dyn GraphBuilder, inputs: &[Value]) -> Exported {
        // An invalid index produces zeros here too: its one-hot code is zero everywhere.
        let indices = graph.constant("indices", &[C::COUNT], (0..C::COUNT).map(|index| index as f64));
        let values = self.embeddings.as_slice().iter().map(|&value| Scalar::to_f64(value));
        let embeddings = graph.constant("embeddings", &[C::COUNT, OUT], values);
        let equal = graph.node("Equal", &[inputs[0], indices]);
        let one_hot = graph.add_truth_values(equal);
        Ok(graph.node("MatMul", &[one_hot, embeddings]).into())
    }
}
