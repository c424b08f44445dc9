use core::fmt;
use core::marker::PhantomData;

use nalgebra::{ArrayStorage, SMatrix, SVector};

use super::dense_options::DenseOptions;
use super::regularizer::Regularizer;
use super::{Backward, Features, Layer, Mode, Purpose, Summary, UpdateRule, Variable, WithScalar};
use crate::activations::{ActivationFunction, identity};
use crate::initializers::Fan;
use crate::kernels::{Epilogue, Matrix, Vector, gemv};
#[cfg(feature = "onnx")]
use crate::onnx;
use crate::parameters::Parameters;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::tile::{Buffer, Tile, TileMut};

/// `y = activation(W x + b)`: a fully connected layer.
///
/// Written `Dense(IN => OUT, activation)` in a network. Keras: `Dense(OUT, activation=…)`; its `kernel` is the
/// transpose of `weights`. PyTorch: `Linear(IN, OUT)`, `weights` as here.
///
/// Options: how it starts, what holds it small, and what of it is trained, see [`DenseOptions`].
#[repr(C)]
pub struct Dense<const IN: usize, const OUT: usize, A = identity, T: Scalar = f32> {
    /// `OUT` by `IN`: a row for each output.
    pub weights: SMatrix<T, OUT, IN>,
    /// One for each output.
    pub bias: SVector<T, OUT>,
    activation: PhantomData<fn() -> A>,
}

impl<const IN: usize, const OUT: usize, A, T: Scalar> Dense<IN, OUT, A, T> {
    /// A layer with these parameters, also as a constant: for each input its weights to all outputs, as Keras's `kernel` has
    /// them, and the bias.
    ///
    /// ```
    /// use mlp_core::activations::tanh;
    /// use mlp_core::layers::Dense;
    ///
    /// static LAYER: Dense<2, 3, tanh> = Dense::from_parts([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], [0.0, 0.0, 1.0]);
    /// assert_eq!(LAYER.weights[(2, 0)], 0.3);
    /// ```
    pub const fn from_parts(weights: [[T; OUT]; IN], bias: [T; OUT]) -> Self {
        let weights = SMatrix::from_array_storage(ArrayStorage(weights));
        let bias = SVector::from_array_storage(ArrayStorage([bias]));
        Self { weights, bias, activation: PhantomData }
    }
}

// Three traits by hand: derived, they would ask the activation for the same.
impl<const IN: usize, const OUT: usize, A, T: Scalar> Clone for Dense<IN, OUT, A, T> {
    fn clone(&self) -> Self {
        Self { weights: self.weights, bias: self.bias, activation: PhantomData }
    }
}

impl<const IN: usize, const OUT: usize, A, T: Scalar> fmt::Debug for Dense<IN, OUT, A, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dense").field("weights", &self.weights).field("bias", &self.bias).finish()
    }
}

impl<const IN: usize, const OUT: usize, A, T: Scalar> PartialEq for Dense<IN, OUT, A, T> {
    fn eq(&self, other: &Self) -> bool {
        self.weights == other.weights && self.bias == other.bias
    }
}

// SAFETY: `repr(C)`, two arrays of the scalar and nothing of size.
unsafe impl<const IN: usize, const OUT: usize, A: 'static, T: Scalar> Parameters for Dense<IN, OUT, A, T> {
    type Scalar = T;
}

/// What [`Dense`] keeps for its backward pass: `W x + b`, where the activation's derivative asks for it.
#[derive(Debug)]
pub struct DenseCache<T: Scalar, const OUT: usize> {
    before_activation: Buffer<T, Features<OUT>>,
}

impl<const IN: usize, const OUT: usize, A: ActivationFunction<T>, T: Scalar> Layer for Dense<IN, OUT, A, T> {
    type Input = Features<IN>;
    type Output = Features<OUT>;
    type Options = DenseOptions;
    type Cache = DenseCache<T, OUT>;

    const EPILOGUE: Epilogue = A::EPILOGUE;
    const GOES_BACK_THROUGH_EPILOGUES: bool = true;

    fn cache(samples: usize, purpose: Purpose) -> Self::Cache {
        DenseCache { before_activation: purpose.kept(if A::KEEPS_INPUT { OUT } else { 0 }, samples) }
    }

    fn initialize(&mut self, options: &Self::Options, rng: &mut Rng) {
        options.init.fill(self.weights.as_mut_slice(), Fan { inputs: IN, outputs: OUT }, rng);
        if options.use_bias {
            options.bias_init.fill(self.bias.as_mut_slice(), Fan { inputs: OUT, outputs: OUT }, rng);
        }
    }

    fn forward(
        &self,
        _options: &Self::Options,
        mode: Mode<'_>,
        input: Tile<'_, T>,
        mut output: TileMut<'_, T>,
        cache: &mut Self::Cache,
    ) {
        let weights = Matrix::new(self.weights.as_slice(), OUT, IN);
        T::gemm(input, weights, Some(self.bias.as_slice()), A::EPILOGUE, output.reborrow());
        if A::KEEPS_INPUT && mode.is_training() {
            cache.before_activation.tile_mut(OUT, output.samples()).copy_from(output.as_tile());
        }
        if A::EPILOGUE == Epilogue::Identity {
            A::forward(output);
        }
    }

    // dZ = dY ⊙ f'(Z)
    // dW += dZᵀ X,  db += Σ dZ
    // dX = dZ W
    fn backward(&self, options: &Self::Options, mut pass: Backward<'_, Self>, cache: &mut Self::Cache) {
        let before = A::KEEPS_INPUT.then(|| cache.before_activation.tile(OUT, pass.output.samples()));
        if pass.output_epilogue == Epilogue::Identity {
            A::backward(before, pass.output, pass.output_gradient.reborrow());
        }
        let slopes = pass.output_gradient.as_tile();
        if options.trainable {
            let Dense { weights, bias, .. } = pass.gradient;
            T::weight_gradient(pass.input, slopes, weights.as_mut_slice(), bias.as_mut_slice());
        }
        if let Some(input_gradient) = pass.input_gradient {
            let weights = Matrix::new(self.weights.as_slice(), OUT, IN);
            let through = match pass.input_epilogue {
                Epilogue::Identity => None,
                Epilogue::Relu => Some(pass.input),
            };
            T::input_gradient(slopes, weights, through, input_gradient);
        }
    }

    #[inline(always)]
    fn forward_one<V: Vector<Scalar = T>>(&self, _options: &Self::Options, input: &SVector<T, IN>) -> SVector<T, OUT> {
        let (weights, bias, input) = (self.weights.as_slice(), &self.bias.data.0[0], &input.data.0[0]);
        let mut output = gemv::<V, IN, OUT>(weights, bias, input, A::EPILOGUE);
        if A::EPILOGUE == Epilogue::Identity {
            A::apply::<V>(&mut output);
        }
        SVector::from(output)
    }

    fn update(&mut self, options: &Self::Options, gradient: &Self, rule: UpdateRule<'_, T>) {
        if !options.trainable {
            return;
        }
        rule(self.weights.as_mut_slice(), gradient.weights.as_slice());
        if let Some(max_norm) = options.max_norm {
            max_norm.constrain(self.weights.as_mut_slice(), OUT);
        }
        if options.use_bias {
            rule(self.bias.as_mut_slice(), gradient.bias.as_slice());
        }
    }

    fn penalty(&self, options: &Self::Options, gradient: Option<&mut Self>) -> f64 {
        if !options.trainable {
            return 0.0;
        }
        let (by_weights, by_bias) =
            gradient.map(|Dense { weights, bias, .. }| (weights.as_mut_slice(), bias.as_mut_slice())).unzip();
        let bias = if options.use_bias { options.bias_regularizer } else { Regularizer::default() };
        options.regularizer.penalty(self.weights.as_slice(), by_weights) + bias.penalty(self.bias.as_slice(), by_bias)
    }

    #[cfg(feature = "onnx")]
    fn export(&self, options: &Self::Options, graph: &mut onnx::Graph, inputs: &[onnx::Value]) -> onnx::Exported {
        let numbers = |row: usize| (0..IN).map(move |column| Scalar::to_f64(self.weights[(row, column)]));
        let weights = graph.constant("weights", &[OUT, IN], (0..OUT).flat_map(numbers));
        let transposed = [onnx::Attribute::Int("transB", 1)];
        let z = if options.use_bias {
            let bias = graph.constant("bias", &[OUT], self.bias.iter().map(|&number| Scalar::to_f64(number)));
            graph.node_with("Gemm", &[&inputs[0], &weights, &bias], &transposed)
        } else {
            graph.node_with("Gemm", &[&inputs[0], &weights], &transposed)
        };
        Ok(vec![A::export(graph, &z)?])
    }

    fn summarize(name: &str, options: &Self::Options, summary: &mut Summary) {
        let weights = Variable::new("weights", [OUT, IN]).trained(options.trainable);
        let bias = Variable::new("bias", [OUT]).trained(options.trainable).used(options.use_bias);
        summary.row(name, "Dense", OUT, [weights, bias]);
    }
}

impl<const IN: usize, const OUT: usize, A: ActivationFunction<T>, S: Scalar, T: Scalar> WithScalar<T>
    for Dense<IN, OUT, A, S>
{
    type Layer = Dense<IN, OUT, A, T>;
}
