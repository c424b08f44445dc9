use core::marker::PhantomData;

use nalgebra::SVector;

use super::{Backward, Features, InvalidValue, LayerVisitor, Mode, Module, TwiceDifferentiable, WithScalar};
use crate::export::{Attribute, Exported, GraphBuilder, Value};
use crate::kernels::{PeriodicSample, Vector, add_scaled};
use crate::memory::{Allocator, Memory};
use crate::parameters::Parameters;
use crate::scalar::Scalar;
use crate::streams::{Coefficients, StreamGraph, Values};
use crate::tile::{Tile, TileMut};

/// `y = [x without a period, sin(2π n x / period), cos(2π n x / period)]` with `n = 1, …, k`, for networks of periodic
/// coordinates.
///
/// Written `PeriodicEmbedding(1 => 20, period = 2.0)` in a network: the sines of 10 harmonics, then their cosines. With
/// `PeriodicEmbedding(2 => 21, PeriodicInputs<0>, period = 2.0)` the first of two inputs is periodic and the second one passes
/// unchanged: the output has input 1, then 10 sines, then 10 cosines. Several periodic inputs have one period and as many
/// harmonics each: all sines of the first one, those of the second one, and so on.
///
/// The output size determines the number `k` of harmonics. Every function of the output is exactly periodic with all of its
/// derivatives, so an equation with periodic boundary conditions needs no term for them.
///
/// Source: Dong and Ni, "A Method for Representing Periodic Functions and Enforcing Exactly Periodic Boundary Conditions with
/// Deep Neural Networks", 2021.
///
/// ```
/// # extern crate mlp_core as mlp;
/// use mlp::layers::{Mode, Module, PeriodicEmbedding, PeriodicEmbeddingOptions};
/// use mlp::{Parameters, Static, Tile, TileMut, padded_len};
///
/// let layer = PeriodicEmbedding::<1, 4>::ZEROS;
/// let mut x = vec![0.0; padded_len(1, 1)];
/// x[0] = 0.5;
/// let mut y = vec![0.0; padded_len(4, 1)];
/// let options = PeriodicEmbeddingOptions::default().period(2.0);
/// let output = TileMut::new(&mut y, 4, 1);
/// layer.forward::<Static>(&options, Mode::Inference, Tile::new(&x, 1, 1), output, &mut ());
/// let y = Tile::new(&y, 4, 1);
/// // A quarter of a period, and half of one.
/// for (feature, expected) in [1.0, 0.0, 0.0, -1.0].into_iter().enumerate() {
///     let difference: f32 = y.feature(feature)[0] - expected;
///     assert!(difference.abs() < 1e-6);
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct PeriodicEmbedding<const IN: usize, const OUT: usize, I: PeriodicChoice = AllInputs, T = f32>(
    PhantomData<fn() -> (I, T)>,
);

/// Choice of the inputs of [`PeriodicEmbedding`] that have a period.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a choice of periodic inputs",
    label = "write `PeriodicInputs<0>` for the first input"
)]
pub trait PeriodicChoice: 'static {
    /// Index of the first periodic input.
    const FIRST: usize;
    /// Number of periodic inputs, or `None` for all.
    const COUNT: Option<usize>;
}

/// All inputs are periodic, the default of [`PeriodicEmbedding`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AllInputs {}

impl PeriodicChoice for AllInputs {
    const FIRST: usize = 0;
    const COUNT: Option<usize> = None;
}

/// `COUNT` inputs from index `FIRST` on are periodic. `COUNT` defaults to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PeriodicInputs<const FIRST: usize, const COUNT: usize = 1> {}

impl<const FIRST: usize, const COUNT: usize> PeriodicChoice for PeriodicInputs<FIRST, COUNT> {
    const FIRST: usize = FIRST;
    const COUNT: Option<usize> = Some(COUNT);
}

/// Hyper-parameters of [`PeriodicEmbedding`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PeriodicEmbeddingOptions {
    period: f64,
}

impl Default for PeriodicEmbeddingOptions {
    fn default() -> Self {
        Self { period: core::f64::consts::TAU }
    }
}

impl PeriodicEmbeddingOptions {
    /// Sets the period of the inputs: `period = 2.0`. Defaults to 2π.
    #[must_use]
    pub fn period(self, period: f64) -> Self {
        Self { period }
    }
}

// SAFETY: `repr(C)`, zero-sized.
unsafe impl<const IN: usize, const OUT: usize, I: PeriodicChoice, T: Scalar> Parameters
    for PeriodicEmbedding<IN, OUT, I, T>
{
    type Scalar = T;
}

impl<const IN: usize, const OUT: usize, I: PeriodicChoice, S, T: Scalar> WithScalar<T>
    for PeriodicEmbedding<IN, OUT, I, S>
{
    type Layer = PeriodicEmbedding<IN, OUT, I, T>;
}

impl<const IN: usize, const OUT: usize, I: PeriodicChoice, T: Scalar> PeriodicEmbedding<IN, OUT, I, T> {
    /// Number of periodic inputs.
    const PERIODIC: usize = match I::COUNT {
        None => IN,
        Some(count) => count,
    };
    /// Number of inputs that pass unchanged.
    const OTHERS: usize = IN.saturating_sub(Self::PERIODIC);
    /// Number of harmonics of each periodic input.
    const HARMONICS: usize = match (2 * Self::PERIODIC, OUT.saturating_sub(Self::OTHERS)) {
        (0, _) => 0,
        (waves, outputs) => outputs / waves,
    };
    /// Number of sines, and of cosines.
    const SINES: usize = Self::PERIODIC * Self::HARMONICS;

    /// Returns the index of an input without a period.
    #[inline(always)]
    fn other(position: usize) -> usize {
        if position < I::FIRST { position } else { position + Self::PERIODIC }
    }

    /// Returns the index of the input of a sine.
    #[inline(always)]
    fn input_of(sine: usize) -> usize {
        I::FIRST + sine / Self::HARMONICS.max(1)
    }

    /// Returns the harmonic of a sine.
    #[inline(always)]
    fn harmonic(sine: usize) -> f64 {
        (sine % Self::HARMONICS.max(1) + 1) as f64
    }
}

impl<const IN: usize, const OUT: usize, I: PeriodicChoice, T: Scalar> Module for PeriodicEmbedding<IN, OUT, I, T> {
    type Input = Features<IN>;
    type Output = Features<OUT>;
    type Options = PeriodicEmbeddingOptions;
    type Cache<M: Memory> = ();

    const KIND: &'static str = "PeriodicEmbedding";
    const OPTIONS: &'static [&'static str] = &["period"];
    const SIZE_ERROR: Option<&'static str> = if I::FIRST + Self::PERIODIC > IN {
        Some("expected periodic inputs among the inputs of the layer: their index begins at 0")
    } else if Self::HARMONICS == 0 || OUT != Self::OTHERS + 2 * Self::SINES {
        Some(
            "expected as many outputs as inputs without a period, plus a sine and a cosine for each harmonic of each \
             periodic input",
        )
    } else {
        None
    };

    fn cache<M: Memory>(_allocator: Allocator<M>) {}

    fn forward<M: Memory>(
        &self,
        options: &Self::Options,
        _mode: Mode<'_>,
        input: Tile<'_, T>,
        output: TileMut<'_, T>,
        (): &mut (),
    ) {
        let (mut others, waves) = output.split_at(Self::OTHERS);
        for position in 0..Self::OTHERS {
            others.padded_feature(position).copy_from_slice(input.padded_feature(Self::other(position)));
        }
        let (mut phases, cosines) = waves.split_at(Self::SINES);
        let (periodic, _) = input.split_at(I::FIRST).1.split_at(Self::PERIODIC);
        T::phases(periodic, options.period, phases.reborrow());
        T::waves(phases, cosines);
    }

    // dX = dY without a period
    // dX = Σ 2π n / period (cos dY_sin − sin dY_cos), summed over the harmonics n, elsewhere
    fn backward<M: Memory>(&self, options: &Self::Options, pass: Backward<'_, Self>, (): &mut ()) {
        let Some(mut gradient) = pass.input_gradient else { return };
        gradient.fill(T::zero());
        let (_, waves) = pass.output.split_at(Self::OTHERS);
        let (mut others, derivatives) = pass.output_gradient.split_at(Self::OTHERS);
        for position in 0..Self::OTHERS {
            gradient.padded_feature(Self::other(position)).copy_from_slice(others.padded_feature(position));
        }
        let (mut dz, cosine_gradient) = derivatives.split_at(Self::SINES);
        T::waves_backward(waves.split_at(Self::SINES).into(), cosine_gradient.as_tile(), dz.reborrow());
        for sine in 0..Self::SINES {
            let sums = gradient.padded_feature(Self::input_of(sine));
            add_scaled(sums, dz.padded_feature(sine), Self::harmonic(sine) / options.period);
        }
    }

    #[inline(always)]
    fn forward_one<V: Vector<Scalar = T>>(&self, options: &Self::Options, input: &SVector<T, IN>) -> SVector<T, OUT> {
        let (mut output, input) = (SVector::<T, OUT>::ZEROS, &input.data.0[0]);
        let (others, waves) = output.data.0[0].split_at_mut(Self::OTHERS.min(OUT));
        let (sines, cosines) = waves.split_at_mut(Self::SINES.min(waves.len()));
        for (position, other) in others.iter_mut().enumerate() {
            *other = input.get(Self::other(position)).copied().unwrap_or(T::zero());
        }
        let x = input.get(I::FIRST..I::FIRST + Self::PERIODIC).unwrap_or(&[]);
        PeriodicSample::new(x, T::from_f64(options.period), [sines, cosines]).run_with::<V>();
        output
    }

    fn configure(options: &Self::Options, visitor: &mut dyn LayerVisitor) {
        let is_valid = options.period.is_finite() && options.period > 0.0;
        let check = InvalidValue::require(is_valid, "period", options.period, "a finite value above 0");
        visitor.layer(&|variable| Self::VARIABLES[variable].role, check);
    }

    fn export(&self, options: &Self::Options, graph: &mut dyn GraphBuilder, inputs: &[Value]) -> Exported {
        let turn = core::f64::consts::TAU / options.period;
        let factor = |row: usize, column: usize| {
            if column == Self::input_of(row) { Self::harmonic(row) * turn } else { 0.0 }
        };
        let factors = (0..Self::SINES).flat_map(|row| (0..IN).map(move |column| factor(row, column)));
        let factors = graph.constant("harmonics", &[Self::SINES, IN], factors);
        let angles = graph.add_node("Gemm", &[inputs[0], factors], &[Attribute::Int("transB", 1)]);
        let [sines, cosines] = ["Sin", "Cos"].map(|operator| graph.node(operator, &[angles]));
        let axis = [Attribute::Int("axis", 1)];
        if Self::OTHERS == 0 {
            return Ok(graph.add_node("Concat", &[sines, cosines], &axis).into());
        }
        let indices: [i64; IN] = core::array::from_fn(|position| Self::other(position) as i64);
        let indices = graph.add_indices("others", &indices[..Self::OTHERS]);
        let others = graph.add_node("Gather", &[inputs[0], indices], &axis);
        Ok(graph.add_node("Concat", &[others, sines, cosines], &axis).into())
    }

    fn trace(&self, options: &Self::Options, graph: &mut dyn StreamGraph<T>, inputs: &[Value]) -> Values {
        let mut copies = [inputs[0]; OUT];
        let mut factors = [T::zero(); OUT];
        let (sines, others) = (Self::SINES.min(OUT), Self::OTHERS.min(OUT));
        for (sine, (copy, factor)) in copies.iter_mut().zip(&mut factors).enumerate().take(sines) {
            *copy = graph.slice(inputs[0], Self::input_of(sine), 1);
            *factor = T::from_f64(Self::harmonic(sine) / options.period);
        }
        let copied = graph.concatenate(&copies[..sines]);
        let z = graph.scale(copied, Coefficients::Kept(&factors[..sines]), Coefficients::Uniform(0.0));
        let waves = [graph.elementwise(z, T::sine_orders), graph.elementwise(z, T::cosine_orders)];
        for (position, copy) in copies.iter_mut().enumerate().take(others) {
            *copy = graph.slice(inputs[0], Self::other(position), 1);
        }
        let waves = graph.concatenate(&waves);
        if others == 0 {
            return waves.into();
        }
        let others = graph.concatenate(&copies[..others]);
        graph.concatenate(&[others, waves]).into()
    }
}

impl<const IN: usize, const OUT: usize, I: PeriodicChoice, T: Scalar, Any> TwiceDifferentiable<Any>
    for PeriodicEmbedding<IN, OUT, I, T>
{
}
