use core::marker::PhantomData;

use nalgebra::{SMatrix, SVector};

use super::{Backward, Features, Layer, Mode, Purpose, Summary, Variable, WithScalar};
use crate::initializers::{Fan, Initializer, uniform};
use crate::kernels::Vector;
#[cfg(feature = "onnx")]
use crate::onnx;
use crate::parameters::Parameters;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::tile::{Tile, TileMut};

/// How many categories there are, as a type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Categories<const COUNT: usize> {}

/// `y = embeddings[x]`, the vector of the category whose index is `x`: what a one-hot code times a matrix gives, without either.
///
/// Written `Embedding(1 => 8, Categories<100>)` in a network: one feature, the index from 0 to 99, becomes 8 numbers. An index
/// that is not one of a category gives zeros, and nothing is learned from it; so does a number between two indices.
///
/// Keras: `Embedding(100, 8)`.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Embedding<const IN: usize, const OUT: usize, C, T = f32>
where
    C: Vectors<T, OUT>,
    T: Scalar,
{
    /// A column for each category.
    pub embeddings: C::Matrix,
    categories: PhantomData<fn() -> (C, T)>,
}

/// The vectors of [`Categories`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say how many categories there are",
    label = "write `Categories<100>`"
)]
pub trait Vectors<T: Scalar, const OUT: usize>: 'static {
    /// A column for each.
    type Matrix: Parameters<Scalar = T> + Clone + core::fmt::Debug + PartialEq;
    /// How many there are.
    const COUNT: usize;
}

impl<T: Scalar, const COUNT: usize, const OUT: usize> Vectors<T, OUT> for Categories<COUNT> {
    type Matrix = SMatrix<T, OUT, COUNT>;
    const COUNT: usize = COUNT;
}

/// The hyper-parameters of [`Embedding`].
#[derive(Debug)]
pub struct EmbeddingOptions {
    init: Initializer,
}

impl Default for EmbeddingOptions {
    /// Uniform between −0.05 and 0.05, as in Keras.
    fn default() -> Self {
        Self { init: uniform(-0.05, 0.05) }
    }
}

impl EmbeddingOptions {
    /// How the vectors start: `init = normal(0.0, 1.0)`.
    #[must_use]
    pub fn init(self, init: impl Into<Initializer>) -> Self {
        Self { init: init.into() }
    }
}

// SAFETY: `repr(C)`, parameters of the scalar and nothing of size.
unsafe impl<const IN: usize, const OUT: usize, C: Vectors<T, OUT>, T: Scalar> Parameters for Embedding<IN, OUT, C, T> {
    type Scalar = T;
}

impl<const IN: usize, const OUT: usize, C, S: Scalar, T: Scalar> WithScalar<T> for Embedding<IN, OUT, C, S>
where
    C: Vectors<S, OUT> + Vectors<T, OUT>,
    Embedding<IN, OUT, C, T>: Layer<Scalar = T>,
{
    type Layer = Embedding<IN, OUT, C, T>;
}

/// Where the vector of a category begins, if there is such a category.
#[inline(always)]
fn place<T: Scalar>(index: T, categories: usize, size: usize) -> Option<usize> {
    let category = index.to_usize().filter(|&category| category < categories)?;
    (T::from_f64(category as f64) == index).then_some(category * size)
}

impl<const OUT: usize, C: Vectors<T, OUT>, T: Scalar> Layer for Embedding<1, OUT, C, T> {
    type Input = Features<1>;
    type Output = Features<OUT>;
    type Options = EmbeddingOptions;
    type Cache = ();

    fn cache(_samples: usize, _purpose: Purpose) {}

    fn initialize(&mut self, options: &EmbeddingOptions, rng: &mut Rng) {
        options.init.fill(self.embeddings.as_mut_slice(), Fan { inputs: C::COUNT, outputs: OUT }, rng);
    }

    fn forward(
        &self,
        _options: &EmbeddingOptions,
        _mode: Mode<'_>,
        input: Tile<'_, T>,
        mut output: TileMut<'_, T>,
        (): &mut (),
    ) {
        let vectors = self.embeddings.as_slice();
        for (sample, &index) in input.padded_feature(0).iter().enumerate() {
            let first = place(index, C::COUNT, OUT);
            for feature in 0..OUT {
                output.padded_feature(feature)[sample] = first.map_or(T::zero(), |first| vectors[first + feature]);
            }
        }
    }

    // The vector of each sample's category += dY. An index has no slope.
    fn backward(&self, _options: &EmbeddingOptions, pass: Backward<'_, Self>, (): &mut ()) {
        let (slopes, vectors) = (pass.output_gradient.as_tile(), pass.gradient.embeddings.as_mut_slice());
        for (sample, &index) in pass.input.feature(0).iter().enumerate() {
            let Some(first) = place(index, C::COUNT, OUT) else { continue };
            for feature in 0..OUT {
                vectors[first + feature] += slopes.feature(feature)[sample];
            }
        }
        if let Some(mut gradient) = pass.input_gradient {
            gradient.fill(T::zero());
        }
    }

    #[inline(always)]
    fn forward_one<V: Vector<Scalar = T>>(
        &self,
        _options: &EmbeddingOptions,
        input: &SVector<T, 1>,
    ) -> SVector<T, OUT> {
        match place(input[0], C::COUNT, OUT) {
            Some(first) => SVector::from_column_slice(&self.embeddings.as_slice()[first..first + OUT]),
            None => SVector::zeros(),
        }
    }

    #[cfg(feature = "onnx")]
    fn export(&self, _options: &Self::Options, graph: &mut onnx::Graph, inputs: &[onnx::Value]) -> onnx::Exported {
        // An index that is none gives zeros here too: the row of a one-hot code that is zero everywhere.
        let indices = graph.constant("indices", &[C::COUNT], (0..C::COUNT).map(|index| index as f64));
        let numbers = self.embeddings.as_slice().iter().map(|&number| Scalar::to_f64(number));
        let embeddings = graph.constant("embeddings", &[C::COUNT, OUT], numbers);
        let equal = graph.node("Equal", &[&inputs[0], &indices]);
        let one_hot = graph.as_numbers(&equal);
        Ok(vec![graph.node("MatMul", &[&one_hot, &embeddings])])
    }

    fn summarize(name: &str, _options: &Self::Options, summary: &mut Summary) {
        summary.row(name, "Embedding", OUT, [Variable::new("embeddings", [OUT, C::COUNT])]);
    }
}
