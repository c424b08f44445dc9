use core::fmt;

use nalgebra::{Const, Dyn, MatrixView, MatrixViewMut, SVector};

use super::{
    Backward, Features, InvalidValue, LayerVisitor, Mode, Module, Role, TwiceDifferentiable, UpdateRule, Variable,
    WithScalar,
};
use crate::export::{Attribute, Exported, GraphBuilder, Value};
use crate::kernels::{Epilogue, FourierSample, Matrix, Vector};
use crate::memory::{Allocator, Memory};
use crate::parameters::Parameters;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::streams::{Affine, StreamGraph, Values};
use crate::tile::{Tile, TileMut};

/// `y = [sin(2π B x), cos(2π B x)]` with random frequencies `B`, for networks of coordinates.
///
/// Written `FourierFeatures(2 => 128, scale = 10.0)` in a network: 64 frequencies, so 64 sines and then 64 cosines. The
/// elements of `B` are drawn from a normal distribution with mean 0 and standard deviation `scale`, in periods per unit of the
/// input. They are fixed unless `trainable = true`. The output size must be even.
///
/// A plain network learns slow variations first and fast ones very slowly. With these features it learns variations of up to
/// about `scale` periods per unit at once. A `scale` far above that of the data fits noise.
///
/// Source: Tancik et al., "Fourier Features Let Networks Learn High Frequency Functions in Low Dimensional Domains", 2020.
///
/// ```
/// # extern crate mlp_core as mlp;
/// use mlp::layers::{FourierFeatures, FourierFeaturesOptions, Module};
/// use mlp::{Parameters, Rng};
///
/// let mut layer = FourierFeatures::<2, 6>::ZEROS;
/// layer.initialize(&FourierFeaturesOptions::default().scale(10.0), &mut Rng::new(0));
/// assert_eq!(layer.frequencies().shape(), (3, 2));
/// ```
#[repr(C)]
pub struct FourierFeatures<const IN: usize, const OUT: usize, T: Scalar = f32> {
    /// Bytes of `OUT / 2` by `IN` scalars, column-major. Stable Rust has no array of `OUT / 2` elements.
    frequencies: [[T::Half; OUT]; IN],
    /// Aligns the bytes as scalars.
    alignment: [T; 0],
}

/// Hyper-parameters of [`FourierFeatures`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FourierFeaturesOptions {
    scale: f64,
    trainable: bool,
}

impl Default for FourierFeaturesOptions {
    fn default() -> Self {
        Self { scale: 1.0, trainable: false }
    }
}

impl FourierFeaturesOptions {
    /// Sets the standard deviation of the frequencies, in periods per unit of the input: `scale = 10.0`. Defaults to 1.
    #[must_use]
    pub fn scale(self, scale: f64) -> Self {
        Self { scale, ..self }
    }

    /// Sets whether training changes the frequencies. Defaults to `false`.
    #[must_use]
    pub fn trainable(self, trainable: bool) -> Self {
        Self { trainable, ..self }
    }
}

impl<const IN: usize, const OUT: usize, T: Scalar> FourierFeatures<IN, OUT, T> {
    /// Number of frequencies.
    const COUNT: usize = OUT / 2;

    /// Returns the frequencies `B`, `OUT / 2` by `IN`, in periods per unit of the input.
    pub fn frequencies(&self) -> MatrixView<'_, T, Dyn, Const<IN>> {
        MatrixView::from_slice_generic(self.as_slice(), Dyn(Self::COUNT), Const)
    }

    /// Returns the frequencies `B` for writing.
    pub fn frequencies_mut(&mut self) -> MatrixViewMut<'_, T, Dyn, Const<IN>> {
        MatrixViewMut::from_slice_generic(self.as_mut_slice(), Dyn(Self::COUNT), Const)
    }

    fn matrix(&self) -> Matrix<'_, T> {
        Matrix::new(self.as_slice(), Self::COUNT, IN)
    }
}

// Implemented by hand: a derive would compare and print bytes.
impl<const IN: usize, const OUT: usize, T: Scalar> Clone for FourierFeatures<IN, OUT, T> {
    fn clone(&self) -> Self {
        Self { frequencies: self.frequencies, alignment: [] }
    }
}

impl<const IN: usize, const OUT: usize, T: Scalar> fmt::Debug for FourierFeatures<IN, OUT, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FourierFeatures").field("frequencies", &self.frequencies()).finish()
    }
}

impl<const IN: usize, const OUT: usize, T: Scalar> PartialEq for FourierFeatures<IN, OUT, T> {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

// SAFETY: `repr(C)`, bytes of scalars with the alignment of one, and zero-sized. Two halves are a scalar. Bytes are initialized,
// and any bits are a valid scalar and a valid half.
unsafe impl<const IN: usize, const OUT: usize, T: Scalar> Parameters for FourierFeatures<IN, OUT, T> {
    type Scalar = T;
}

impl<const IN: usize, const OUT: usize, S: Scalar, T: Scalar> WithScalar<T> for FourierFeatures<IN, OUT, S> {
    type Layer = FourierFeatures<IN, OUT, T>;
}

impl<const IN: usize, const OUT: usize, T: Scalar> Module for FourierFeatures<IN, OUT, T> {
    type Input = Features<IN>;
    type Output = Features<OUT>;
    type Options = FourierFeaturesOptions;
    type Cache<M: Memory> = ();

    const KIND: &'static str = "FourierFeatures";
    const OPTIONS: &'static [&'static str] = &["scale", "trainable"];
    const VARIABLES: &'static [Variable] = &[Variable::matrix("frequencies", Self::COUNT, IN).kept()];
    const SIZE_ERROR: Option<&'static str> = if OUT.is_multiple_of(2) {
        None
    } else {
        Some("expected an even output size: a sine and a cosine for each frequency")
    };

    fn cache<M: Memory>(_allocator: Allocator<M>) {}

    fn initialize(&mut self, options: &Self::Options, rng: &mut Rng) {
        for frequency in self.as_mut_slice() {
            *frequency = T::from_f64(options.scale * rng.normal());
        }
    }

    // Z = X Bᵀ,  Y = [sin 2πZ, cos 2πZ]
    fn forward<M: Memory>(
        &self,
        _options: &Self::Options,
        _mode: Mode<'_>,
        input: Tile<'_, T>,
        output: TileMut<'_, T>,
        (): &mut (),
    ) {
        let (mut phases, cosines) = output.split_at(Self::COUNT);
        T::gemm(input, self.matrix(), None, Epilogue::Identity, phases.reborrow());
        T::waves(phases, cosines);
    }

    // dZ = 2π (cos 2πZ ⊙ dY_sin − sin 2πZ ⊙ dY_cos)
    // dB += dZᵀ X
    // dX = dZ B
    fn backward<M: Memory>(&self, options: &Self::Options, pass: Backward<'_, Self>, (): &mut ()) {
        let (sines, cosines) = pass.output.split_at(Self::COUNT);
        let (mut dz, cosine_gradient) = pass.output_gradient.split_at(Self::COUNT);
        T::waves_backward([sines, cosines], cosine_gradient.as_tile(), dz.reborrow());
        let dz = dz.as_tile();
        if options.trainable && pass.needs_gradient {
            T::weight_gradient(pass.input, dz, pass.gradient.as_mut_slice(), &mut []);
        }
        if let Some(input_gradient) = pass.input_gradient {
            T::input_gradient(dz, self.matrix(), input_gradient);
        }
    }

    #[inline(always)]
    fn forward_one<V: Vector<Scalar = T>>(&self, _options: &Self::Options, input: &SVector<T, IN>) -> SVector<T, OUT> {
        let mut output = SVector::<T, OUT>::ZEROS;
        let (sines, cosines) = output.data.0[0].split_at_mut(Self::COUNT);
        FourierSample::new(self.as_slice(), &input.data.0[0], [sines, cosines]).run_with::<V>();
        output
    }

    fn update(&mut self, options: &Self::Options, gradient: &Self, rule: UpdateRule<'_, T>) {
        if options.trainable {
            rule(self.as_mut_slice(), gradient.as_slice());
        }
    }

    fn configure(options: &Self::Options, visitor: &mut dyn LayerVisitor) {
        let role = if options.trainable { Role::Trained } else { Role::Kept };
        let is_valid = options.scale.is_finite() && options.scale >= 0.0;
        let check = InvalidValue::require(is_valid, "scale", options.scale, "a finite value of at least 0");
        visitor.layer(&|_| role, check);
    }

    fn export(&self, _options: &Self::Options, graph: &mut dyn GraphBuilder, inputs: &[Value]) -> Exported {
        let frequencies = self.frequencies();
        let row = |row: usize| (0..IN).map(move |column| frequencies[(row, column)].to_f64() * core::f64::consts::TAU);
        let angles = graph.constant("frequencies", &[Self::COUNT, IN], (0..Self::COUNT).flat_map(row));
        let angles = graph.add_node("Gemm", &[inputs[0], angles], &[Attribute::Int("transB", 1)]);
        let waves = ["Sin", "Cos"].map(|operator| graph.node(operator, &[angles]));
        Ok(graph.add_node("Concat", &waves, &[Attribute::Int("axis", 1)]).into())
    }

    fn trace(&self, options: &Self::Options, graph: &mut dyn StreamGraph<T>, inputs: &[Value]) -> Values {
        let frequencies = Affine { weights: self.as_slice(), bias: &[], trained: options.trainable };
        let z = graph.affine(inputs[0], frequencies);
        let (sines, cosines) = (graph.elementwise(z, T::sine_orders), graph.elementwise(z, T::cosine_orders));
        graph.concatenate(&[sines, cosines]).into()
    }
}

impl<const IN: usize, const OUT: usize, T: Scalar, Any> TwiceDifferentiable<Any> for FourierFeatures<IN, OUT, T> {}
