use core::fmt;
use core::marker::PhantomData;

use nalgebra::{ArrayStorage, SMatrix, SVector};

use super::dense_options::DenseOptions;
use super::{
    Backward, BackwardInPlace, Features, LayerVisitor, Mode, Module, Role, TwiceDifferentiable, UpdateRule, Variable,
    WithScalar,
};
use crate::activations::{ActivationFunction, SmoothActivation, identity};
use crate::export::{Attribute, Exported, GraphBuilder, Value};
use crate::initializers::Fan;
use crate::kernels::{Dispatch, Epilogue, Gemv, Kernel as _, Link, MAX_IN_PLACE, Matrix, OutputDerivative, Vector};
use crate::memory::{Allocator, Memory, TileBuffer};
use crate::parameters::Parameters;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::streams::{Affine, StreamGraph, Values};
use crate::tile::{Tile, TileMut};

/// `y = activation(W x + b)`: a fully connected layer.
///
/// Written `Dense(IN => OUT, activation)` in a network. Keras: `Dense(OUT, activation=…)`; its `kernel` is the
/// transpose of `weights`. PyTorch: `Linear(IN, OUT)`, `weights` as here.
///
/// Options for initializers, regularization, constraints and training: see [`DenseOptions`].
#[doc(alias = "Linear")]
#[doc(alias = "FullyConnected")]
#[repr(C)]
pub struct Dense<const IN: usize, const OUT: usize, A = identity, T: Scalar = f32> {
    /// Weights, `OUT` by `IN`: a row for each output.
    pub weights: SMatrix<T, OUT, IN>,
    /// Bias of each output.
    pub bias: SVector<T, OUT>,
    activation: PhantomData<fn() -> A>,
}

impl<const IN: usize, const OUT: usize, A, T: Scalar> Dense<IN, OUT, A, T> {
    /// Creates a layer from its parameters, also in a constant. `weights` has the layout of Keras's `kernel`: a row for
    /// each input.
    ///
    /// ```
    /// # extern crate mlp_core as mlp;
    /// use mlp::activations::tanh;
    /// use mlp::layers::Dense;
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

// Implemented by hand: derives would require the traits of the activation too.
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

// SAFETY: `repr(C)`, two arrays of the scalar and zero-sized.
unsafe impl<const IN: usize, const OUT: usize, A: 'static, T: Scalar> Parameters for Dense<IN, OUT, A, T> {
    type Scalar = T;
}

/// Cache of [`Dense`]: what the activation keeps for its derivative, if it follows from more than `y`.
#[derive(Debug)]
pub struct DenseCache<B> {
    kept: B,
}

impl<const IN: usize, const OUT: usize, A: ActivationFunction<T>, T: Scalar> Module for Dense<IN, OUT, A, T> {
    type Input = Features<IN>;
    type Output = Features<OUT>;
    type Options = DenseOptions;
    type Cache<M: Memory> = DenseCache<M::Buffer<T, Features<OUT>>>;

    // The initializers are functions.
    const DEFAULT_OPTIONS_OWN_NOTHING: bool = true;

    const KIND: &'static str = "Dense";
    const OPTIONS: &'static [&'static str] =
        &["init", "bias_init", "l1", "l2", "bias_l1", "bias_l2", "max_norm", "use_bias", "trainable"];
    const ACTIVATIONS: &'static [&'static str] = &[A::NAME];
    const VARIABLES: &'static [Variable] = &[Variable::matrix("weights", OUT, IN), Variable::vector("bias", OUT)];

    const OUTPUT_DERIVATIVE: OutputDerivative = A::OUTPUT_DERIVATIVE;
    const APPLIES_DERIVATIVE_BEFORE: bool = true;
    const READS_OUTPUT: bool = A::READS_OUTPUT;
    const OVERWRITES_INPUT: bool = OUT <= MAX_IN_PLACE;
    const LINK: Option<Link<T>> = Some(Link {
        inputs: IN,
        outputs: OUT,
        rectify: matches!(A::EPILOGUE, Epilogue::Relu),
        activation: match A::EPILOGUE {
            Epilogue::Identity => Some(A::apply::<<T as Dispatch>::Single>),
            Epilogue::Relu => None,
        },
    });

    fn cache<M: Memory>(allocator: Allocator<M>) -> Self::Cache<M> {
        DenseCache { kept: allocator.training(if A::KEEPS_INPUT { OUT } else { 0 }) }
    }

    fn initialize(&mut self, options: &Self::Options, rng: &mut Rng) {
        options.init.fill(self.weights.as_mut_slice(), Fan { inputs: IN, outputs: OUT }, rng);
        if options.use_bias {
            options.bias_init.fill(self.bias.as_mut_slice(), Fan { inputs: OUT, outputs: OUT }, rng);
        }
    }

    fn forward<M: Memory>(
        &self,
        _options: &Self::Options,
        mode: Mode<'_>,
        input: Tile<'_, T>,
        mut output: TileMut<'_, T>,
        cache: &mut Self::Cache<M>,
    ) {
        let weights = Matrix::new(self.weights.as_slice(), OUT, IN);
        T::gemm(input, weights, Some(self.bias.as_slice()), A::EPILOGUE, output.reborrow());
        if A::KEEPS_INPUT && mode.backward_follows() {
            let kept = cache.kept.tile_mut(OUT, output.samples());
            A::forward_keeping(output, kept);
        } else if A::EPILOGUE == Epilogue::Identity {
            A::forward(output);
        }
    }

    // dZ = dY ⊙ f'(Z)
    // dW += dZᵀ X,  db += Σ dZ
    // dX = dZ W
    fn backward<M: Memory>(&self, options: &Self::Options, pass: Backward<'_, Self>, cache: &mut Self::Cache<M>) {
        let Backward { input, output, mut output_gradient, input_gradient, gradient, needs_gradient, fused } = pass;
        Self::activation_gradient(fused.output, &cache.kept, output, output_gradient.reborrow());
        let dz = output_gradient.as_tile();
        if options.trainable && needs_gradient {
            T::weight_gradient(input, dz, gradient.weights.as_mut_slice(), gradient.bias.as_mut_slice());
        }
        if let Some(input_gradient) = input_gradient {
            let weights = Matrix::new(self.weights.as_slice(), OUT, IN);
            match fused.input {
                OutputDerivative::One => T::input_gradient(dz, weights, input_gradient),
                derivative => T::input_gradient_through(dz, weights, (derivative, input), input_gradient),
            }
        }
    }

    fn backward_in_place<M: Memory>(
        &self,
        options: &Self::Options,
        pass: BackwardInPlace<'_, Self>,
        cache: &mut Self::Cache<M>,
    ) {
        let BackwardInPlace { input, output, mut output_gradient, gradient, needs_gradient, fused } = pass;
        Self::activation_gradient(fused.output, &cache.kept, output, output_gradient.reborrow());
        let dz = output_gradient.as_tile();
        if options.trainable && needs_gradient {
            T::weight_gradient(input.as_tile(), dz, gradient.weights.as_mut_slice(), gradient.bias.as_mut_slice());
        }
        let weights = Matrix::new(self.weights.as_slice(), OUT, IN);
        T::input_gradient_in_place(dz, weights, fused.input, input);
    }

    #[inline(always)]
    fn forward_one<V: Vector<Scalar = T>>(&self, _options: &Self::Options, input: &SVector<T, IN>) -> SVector<T, OUT> {
        let (weights, bias, input) = (self.weights.as_slice(), &self.bias.data.0[0], &input.data.0[0]);
        // Not an array of `T::zero()` that is copied, two loops with `opt-level = "z"`.
        let mut sample = SVector::<T, OUT>::ZEROS;
        let output = &mut sample.data.0[0];
        if const { V::LANES == 1 } {
            T::gemv(weights, bias, input, A::EPILOGUE, output);
        } else {
            Gemv::<_, OUT>::new(weights, bias, input, A::EPILOGUE == Epilogue::Relu, output).run::<V>();
        }
        if const { matches!(A::EPILOGUE, Epilogue::Identity) } {
            A::apply::<V>(output);
        }
        sample
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

    fn penalty(&self, options: &Self::Options) -> f64 {
        if options.is_regularized() { options.penalty(self.weights.as_slice(), self.bias.as_slice()) } else { 0.0 }
    }

    fn add_penalty_gradient(&self, options: &Self::Options, gradient: &mut Self) {
        if options.is_regularized() {
            let weights = (self.weights.as_slice(), gradient.weights.as_mut_slice());
            options.add_penalty_gradient(weights, (self.bias.as_slice(), gradient.bias.as_mut_slice()));
        }
    }

    fn configure(options: &Self::Options, visitor: &mut dyn LayerVisitor) {
        let role = |variable: usize| match variable {
            1 if !options.use_bias => Role::Unused,
            _ if options.trainable => Role::Trained,
            _ => Role::Kept,
        };
        visitor.layer(&role, Ok(()));
    }

    fn export(&self, options: &Self::Options, graph: &mut dyn GraphBuilder, inputs: &[Value]) -> Exported {
        let values = |row: usize| (0..IN).map(move |column| Scalar::to_f64(self.weights[(row, column)]));
        let weights = graph.constant("weights", &[OUT, IN], (0..OUT).flat_map(values));
        let transposed = [Attribute::Int("transB", 1)];
        let z = if options.use_bias {
            let bias = graph.constant("bias", &[OUT], self.bias.iter().map(|&value| Scalar::to_f64(value)));
            graph.add_node("Gemm", &[inputs[0], weights, bias], &transposed)
        } else {
            graph.add_node("Gemm", &[inputs[0], weights], &transposed)
        };
        Ok(A::export(graph, z)?.into())
    }

    fn trace(&self, options: &DenseOptions, graph: &mut dyn StreamGraph<T>, inputs: &[Value]) -> Values {
        let (weights, bias) = (self.weights.as_slice(), self.bias.as_slice());
        let z = graph.affine(inputs[0], Affine { weights, bias, trained: options.trainable });
        A::trace(graph, z).into()
    }
}

impl<const IN: usize, const OUT: usize, A: ActivationFunction<T>, T: Scalar> Dense<IN, OUT, A, T> {
    /// Replaces the gradient by `y` by that by `z`, unless the next layer has done so.
    fn activation_gradient(
        fused: OutputDerivative,
        kept: &impl TileBuffer<T>,
        y: Tile<'_, T>,
        gradient: TileMut<'_, T>,
    ) {
        if fused != OutputDerivative::One {
            return;
        }
        if A::KEEPS_INPUT {
            A::backward_kept(kept.tile(OUT, gradient.samples()), y, gradient);
        } else {
            A::backward(None, y, gradient);
        }
    }
}

impl<const IN: usize, const OUT: usize, A: ActivationFunction<T>, S: Scalar, T: Scalar> WithScalar<T>
    for Dense<IN, OUT, A, S>
{
    type Layer = Dense<IN, OUT, A, T>;
}

impl<const IN: usize, const OUT: usize, A: SmoothActivation<T>, T: Scalar, Any> TwiceDifferentiable<Any>
    for Dense<IN, OUT, A, T>
{
}
