//! The loops over the registers of a tile that evaluate residuals.

use super::{Evaluation, Registers, Residual, streams_of};
use crate::kernels::{Dispatch as _, Kernel, Vector, splat};
use crate::layers::Shape;
use crate::scalar::Scalar;
use crate::streams::{StreamTile, StreamTileMut};
use crate::tile::{Tile, TileMut};

/// Points of a tile, and what the network and its derivatives are there.
pub struct ResidualTile<'a, T> {
    /// Inputs of the network.
    pub inputs: Tile<'a, T>,
    /// Columns of data, if there are any.
    pub data: Option<Tile<'a, T>>,
    /// Outputs and their derivatives.
    pub outputs: StreamTile<'a, T>,
}

/// Derivatives of a sum of squared residuals.
pub struct ResidualGradient<'a, T> {
    /// Factor of the sum.
    pub scale: T,
    /// Gradient with respect to the outputs and their derivatives, to be set.
    pub outputs: StreamTileMut<'a, T>,
    /// Gradient with respect to the trained parameters of the equations, to be added to.
    pub parameters: &'a mut [f64],
}

/// Returns `Σ r²` over the points of a tile and over all equations, and sets the gradient of `scale · Σ r²`.
///
/// # Panics
/// If the tiles do not belong to the residual.
pub fn squared_residuals<T: Scalar, R: Residual>(
    residual: &R,
    tile: &ResidualTile<'_, T>,
    gradient: Option<ResidualGradient<'_, T>>,
) -> f64 {
    check::<T, R>(tile);
    if let Some(ResidualGradient { outputs, parameters, .. }) = &gradient {
        let outputs = outputs.as_tile();
        assert_eq!(outputs.value.features(), tile.outputs.value.features(), "outputs of a residual's gradient");
        assert_eq!(outputs.value.padded_samples(), tile.inputs.padded_samples(), "samples of a residual's gradient");
        assert_eq!(outputs.derivatives.samples(), tile.outputs.derivatives.samples(), "streams of the gradient");
        assert_eq!(parameters.len(), R::TRAINABLE.len(), "parameters of a residual");
    }
    T::dispatch(SquaredResiduals { residual, tile, gradient })
}

/// Writes the residuals of a tile: one feature for each equation.
///
/// # Panics
/// If the tiles do not belong to the residual.
pub fn residuals<T: Scalar, R: Residual>(residual: &R, tile: &ResidualTile<'_, T>, target: TileMut<'_, T>) {
    check::<T, R>(tile);
    assert_eq!(target.features(), R::EQUATIONS.len(), "equations of a residual");
    assert_eq!(target.padded_samples(), tile.inputs.padded_samples(), "samples of a residual");
    T::dispatch(Residuals { residual, tile, target });
}

/// Destination of the residuals of one equation, and of their derivatives.
pub struct EquationDerivatives<'a, T> {
    /// Index of the equation.
    pub equation: usize,
    /// Factor of the residuals and of their derivatives.
    pub scale: T,
    /// Residual of each point, zero in the padding.
    pub residuals: TileMut<'a, T>,
    /// Derivatives by the outputs and their derivatives.
    pub outputs: StreamTileMut<'a, T>,
    /// Derivatives by the trained parameters of the equations.
    pub parameters: TileMut<'a, T>,
}

/// Writes the residuals of one equation at the points of a tile, and their derivatives.
///
/// # Panics
/// If the tiles do not belong to the residual.
pub fn residual_derivatives<T: Scalar, R: Residual>(
    residual: &R,
    tile: &ResidualTile<'_, T>,
    target: EquationDerivatives<'_, T>,
) {
    check::<T, R>(tile);
    let samples = tile.inputs.padded_samples();
    assert!(target.equation < R::EQUATIONS.len(), "equation of a residual");
    assert_eq!(target.residuals.features(), 1, "residuals of an equation");
    assert_eq!(target.residuals.padded_samples(), samples, "samples of a residual");
    assert_eq!(target.outputs.value.features(), tile.outputs.value.features(), "outputs of a residual's derivatives");
    assert_eq!(target.outputs.value.padded_samples(), samples, "samples of a residual's derivatives");
    assert_eq!(target.outputs.derivatives.samples(), tile.outputs.derivatives.samples(), "streams of the derivatives");
    assert_eq!(target.outputs.derivatives.features(), tile.outputs.value.features(), "streams of the derivatives");
    assert_eq!(target.parameters.features(), R::TRAINABLE.len(), "parameters of a residual");
    assert!(R::TRAINABLE.is_empty() || target.parameters.padded_samples() == samples, "samples of the parameters");
    T::dispatch(Derivatives { residual, tile, target });
}

fn check<T: Scalar, R: Residual>(tile: &ResidualTile<'_, T>) {
    let ResidualTile { inputs, data, outputs } = tile;
    let samples = inputs.padded_samples();
    assert_eq!(inputs.features(), R::Input::FEATURES, "inputs of a residual");
    assert_eq!(data.map_or(0, |data| data.features()), R::DATA.len(), "data of a residual");
    assert!(data.is_none_or(|data| data.padded_samples() == samples), "samples of the data");
    assert_eq!(outputs.value.features(), R::Output::FEATURES, "outputs of a residual");
    assert_eq!(outputs.derivatives.features(), R::Output::FEATURES, "outputs of a residual");
    assert_eq!(outputs.value.padded_samples(), samples, "samples of a residual");
    let derivatives = streams_of::<R>().derivatives();
    assert_eq!(outputs.derivatives.samples(), derivatives * samples, "streams of a residual");
    let streams = (derivatives + 1) * R::Output::FEATURES;
    assert_eq!(<R::Point<T> as Registers<T>>::COUNT, R::Input::FEATURES + R::DATA.len(), "point of a residual");
    assert_eq!(<R::Streams<T> as Registers<T>>::COUNT, streams, "streams of a residual");
    assert_eq!(<R::Residuals<T> as Registers<T>>::COUNT, R::EQUATIONS.len(), "equations of a residual");
}

/// Evaluates the residuals of a register of points.
///
/// # Safety
/// `sample` must be the start of a register of the tiles, which `check` has compared.
#[inline(always)]
unsafe fn evaluate<V: Vector<Scalar: Scalar>, R: Residual>(
    residual: &R,
    tile: &ResidualTile<'_, V::Scalar>,
    sample: usize,
) -> Evaluation<V, R> {
    let inputs = R::Input::FEATURES;
    let point = R::Point::<V>::from_fn(
        #[inline(always)]
        |index| {
            let (tile, feature) = match tile.data {
                Some(data) if index >= inputs => (data, index - inputs),
                _ => (tile.inputs, index),
            };
            // SAFETY: the caller's contract.
            unsafe { V::load(tile.as_ptr().add(feature * tile.stride() + sample)) }
        },
    );
    let outputs = R::Output::FEATURES;
    let streams = R::Streams::<V>::from_fn(
        #[inline(always)]
        |index| {
            // SAFETY: the caller's contract.
            unsafe { V::load(tile.outputs.register(index / outputs, index % outputs, sample)) }
        },
    );
    residual.evaluate(&point, &streams)
}

struct SquaredResiduals<'a, 't, R, T> {
    residual: &'a R,
    tile: &'a ResidualTile<'t, T>,
    gradient: Option<ResidualGradient<'t, T>>,
}

impl<T: Scalar, R: Residual> Kernel<T> for SquaredResiduals<'_, '_, R, T> {
    type Output = f64;

    // sum += Σₑ rₑ²
    // duₛ = 2 scale Σₑ rₑ ∂rₑ/∂uₛ
    // dp += 2 scale Σₑ rₑ ∂rₑ/∂p
    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) -> f64 {
        let samples = self.tile.inputs.samples();
        let mut sum = splat::<V>(0.0);
        for sample in (0..samples).step_by(V::LANES) {
            let ones = [T::one(); crate::tile::LANES];
            // SAFETY: the registers lie inside the padded tiles. There are as many ones as lanes.
            unsafe {
                let evaluation = evaluate::<V, R>(self.residual, self.tile, sample);
                let is_sample = V::load_partial(ones.as_ptr(), V::LANES.min(samples - sample));
                for &residual in evaluation.residuals.as_ref() {
                    sum = residual.mul(is_sample).mul_add(residual, sum);
                }
                if let Some(gradient) = &mut self.gradient {
                    write_gradient::<V, R>(&evaluation, is_sample, gradient, sample);
                }
            }
        }
        sum.sum().to_f64()
    }
}

/// Writes the gradient of a register of points.
///
/// # Safety
/// `sample` must be the start of a register of the gradient.
#[inline(always)]
unsafe fn write_gradient<V: Vector<Scalar: Scalar>, R: Residual>(
    evaluation: &Evaluation<V, R>,
    is_sample: V,
    gradient: &mut ResidualGradient<'_, V::Scalar>,
    sample: usize,
) {
    let factor = is_sample.mul(V::splat(gradient.scale + gradient.scale));
    let streams = R::Streams::<V>::COUNT;
    for stream in 0..streams {
        let mut sum = splat::<V>(0.0);
        for (equation, &residual) in evaluation.residuals.as_ref().iter().enumerate() {
            sum = residual.mul_add(evaluation.by_stream.as_ref()[equation * streams + stream], sum);
        }
        let outputs = R::Output::FEATURES;
        // SAFETY: the caller's contract.
        unsafe { sum.mul(factor).store(gradient.outputs.register(stream / outputs, stream % outputs, sample)) };
    }
    let parameters = R::TRAINABLE.len();
    for (index, target) in gradient.parameters.iter_mut().enumerate() {
        for (equation, &residual) in evaluation.residuals.as_ref().iter().enumerate() {
            let derivative = evaluation.by_parameter.as_ref()[equation * parameters + index];
            *target += residual.mul(derivative).mul(factor).sum().to_f64();
        }
    }
}

struct Derivatives<'a, 't, R, T> {
    residual: &'a R,
    tile: &'a ResidualTile<'t, T>,
    target: EquationDerivatives<'t, T>,
}

impl<T: Scalar, R: Residual> Kernel<T> for Derivatives<'_, '_, R, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        let samples = self.tile.inputs.samples();
        let outputs = R::Output::FEATURES;
        let (streams, parameters) = (R::Streams::<V>::COUNT, R::TRAINABLE.len());
        let EquationDerivatives { equation, scale, residuals, outputs: gradient, parameters: by_parameter } =
            &mut self.target;
        let ones = [T::one(); crate::tile::LANES];
        for sample in (0..samples).step_by(V::LANES) {
            // SAFETY: the registers lie inside the padded tiles, whose sizes were compared. There are as many ones as lanes.
            unsafe {
                let evaluation = evaluate::<V, R>(self.residual, self.tile, sample);
                let is_sample = V::load_partial(ones.as_ptr(), V::LANES.min(samples - sample));
                let factor = is_sample.mul(V::splat(*scale));
                evaluation.residuals.as_ref()[*equation].mul(factor).store(residuals.as_mut_ptr().add(sample));
                for stream in 0..streams {
                    let derivative = evaluation.by_stream.as_ref()[*equation * streams + stream].mul(factor);
                    derivative.store(gradient.register(stream / outputs, stream % outputs, sample));
                }
                for parameter in 0..parameters {
                    let derivative = evaluation.by_parameter.as_ref()[*equation * parameters + parameter].mul(factor);
                    let row = by_parameter.stride() * parameter;
                    derivative.store(by_parameter.as_mut_ptr().add(row + sample));
                }
            }
        }
    }
}

struct Residuals<'a, 't, R, T> {
    residual: &'a R,
    tile: &'a ResidualTile<'t, T>,
    target: TileMut<'t, T>,
}

impl<T: Scalar, R: Residual> Kernel<T> for Residuals<'_, '_, R, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        for sample in (0..self.tile.inputs.samples()).step_by(V::LANES) {
            // SAFETY: the registers lie inside the padded tiles.
            unsafe {
                let evaluation = evaluate::<V, R>(self.residual, self.tile, sample);
                for (equation, &residual) in evaluation.residuals.as_ref().iter().enumerate() {
                    let stride = self.target.stride();
                    residual.store(self.target.as_mut_ptr().add(equation * stride + sample));
                }
            }
        }
    }
}
