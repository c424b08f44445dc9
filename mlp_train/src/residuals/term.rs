use std::fmt;
use std::mem;
use std::ops::Range;

use mlp_core::layers::{Features, Module, Shape, TwiceDifferentiable};
use mlp_core::network::BaseNetwork;
use mlp_core::optimizers::NormalEquations;
use mlp_core::streams::Streams;
use mlp_core::{
    Augmented, DataError, EquationDerivatives, MAX_COEFFICIENTS, Residual, ResidualGradient, ResidualTile, Rng, Scalar,
    TileBuffer as _, residual_derivatives, residuals, squared_residuals, streams_of,
};

use super::coefficients::{Coefficients, scatter};
use super::sampling::{self, CANDIDATES};
use super::{Points, Redraw};
use crate::dataset::Data;
use crate::heap::Buffer;
use crate::least_squares::{JacobianBlock, JacobianRows, Unknowns};
use crate::streams::{ParameterGradient, StreamPass, tile_samples};

/// Residual with the points where it should vanish, and its weight in the loss.
///
/// The loss of a term is `weight · mean(Σₑ rₑ²)`, the mean over its points and the sum over its equations.
///
/// | constructor | points |
/// |---|---|
/// | [`new`](Self::new) | given |
/// | [`with_data`](Self::with_data) | given, each with columns of data |
/// | [`uniform`](Self::uniform) | drawn from a box, again at [`redraw`](Self::redraw) |
pub struct Term<R, T> {
    residual: R,
    points: Points<T>,
    data: Points<T>,
    weight: f64,
    sides: Vec<(f64, f64)>,
    redraw: Option<Redraw>,
    /// Index of the network's coefficient for each trained parameter.
    pub(super) coefficients: Vec<usize>,
    memory: Memory<T>,
}

/// Memory of the passes over a term's points.
struct Memory<T> {
    data: Buffer<T>,
    residuals: Buffer<T>,
    /// Derivatives of the residuals by the trained parameters.
    derivatives: Buffer<T>,
    order: Vec<usize>,
    candidates: Points<T>,
    squares: Vec<f64>,
}

impl<R: Residual, T: Scalar> Term<R, T> {
    /// Creates a term from the points where the residual should vanish, one row per point.
    ///
    /// # Errors
    /// If there are no points, or a value is NaN or infinite.
    pub fn new<X: Data<T, R::Input> + ?Sized>(residual: R, points: &X) -> Result<Self, DataError> {
        const { assert!(R::DATA.is_empty(), "the residual has columns of data: use `Term::with_data`") };
        let points = Points::of(&points)?;
        let data = Points::zeros(points.rows(), 0);
        Ok(Self::of(residual, points, data))
    }

    /// Creates a term from points and columns of data, one row per point: measured values, for example.
    ///
    /// # Errors
    /// If there are no points, another number of rows of data, or a value that is NaN or infinite.
    pub fn with_data<X, Y>(residual: R, points: &X, data: &Y) -> Result<Self, DataError>
    where
        X: Data<T, R::Input> + ?Sized,
        Y: Data<T, R::Data> + ?Sized,
    {
        let points = Points::of(&points)?;
        let data = Points::belonging_to(points.rows(), &data)?;
        Ok(Self::of(residual, points, data))
    }

    fn of(residual: R, points: Points<T>, data: Points<T>) -> Self {
        let tile = tile_samples(streams_of::<R>().count());
        let memory = Memory {
            data: Buffer::new(R::DATA.len(), tile),
            residuals: Buffer::new(R::EQUATIONS.len(), tile),
            derivatives: Buffer::new(R::TRAINABLE.len(), tile),
            order: Vec::new(),
            candidates: Points::zeros(0, R::Input::FEATURES),
            squares: Vec::new(),
        };
        Self { residual, points, data, weight: 1.0, sides: Vec::new(), redraw: None, coefficients: Vec::new(), memory }
    }

    /// Sets the weight of the term in the loss. Defaults to 1.
    #[must_use]
    pub fn weight(self, weight: f64) -> Self {
        Self { weight, ..self }
    }

    /// Returns the residual, with the current values of its trained parameters.
    pub fn residual(&self) -> &R {
        &self.residual
    }

    /// Returns the points.
    pub fn points(&self) -> &Points<T> {
        &self.points
    }
}

impl<R: Residual<Input = Features<IN>>, T: Scalar, const IN: usize> Term<R, T> {
    /// Creates a term with `count` points drawn evenly from a box, whose sides are `(low, high)` for each input.
    ///
    /// ```
    /// # use mlp_core::Residual;
    /// # use mlp_core::layers::Features;
    /// # mod mlp { pub mod residuals { pub use mlp_train::residuals::{Redraw, Term}; } }
    /// use mlp::residuals::{Redraw, Term};
    /// # fn term<R: Residual<Input = Features<2>>>(equation: R) -> Term<R, f64> {
    /// // x from −1 to 1, t from 0 to 1
    /// Term::uniform(equation, [(-1.0, 1.0), (0.0, 1.0)], 2000).redraw(Redraw::every(500))
    /// # }
    /// ```
    ///
    /// # Panics
    /// If `count` is 0 or a side is not finite.
    pub fn uniform(residual: R, sides: [(f64, f64); IN], count: usize) -> Self {
        const { assert!(R::DATA.is_empty(), "the residual has columns of data: use `Term::with_data`") };
        assert!(count > 0, "a term needs at least one point");
        assert!(sides.iter().all(|(low, high)| low.is_finite() && high.is_finite()), "sides {sides:?} of a box");
        let mut term = Self::of(residual, Points::zeros(count, IN), Points::zeros(count, 0));
        term.sides = sides.to_vec();
        sampling::draw(&mut term.points, &sides, &mut term.memory.order, &mut Rng::new(0));
        term
    }

    /// Sets when the points are drawn again. Defaults to never.
    #[must_use]
    pub fn redraw(self, redraw: Redraw) -> Self {
        Self { redraw: Some(redraw), ..self }
    }
}

/// The network with its options, and the memory of its passes.
pub struct Evaluator<'a, N: BaseNetwork> {
    pub(super) network: &'a Augmented<N>,
    pub(super) options: &'a N::Options,
    pub(super) pass: &'a mut StreamPass<N::Scalar>,
}

/// Destination of the rows of a term.
pub struct TermRows<'a> {
    pub(super) unknowns: &'a Unknowns,
    pub(super) block: &'a mut JacobianBlock,
    pub(super) equations: &'a mut dyn NormalEquations,
}

/// A term of any residual.
pub(super) trait AnyTerm<N: BaseNetwork> {
    fn name(&self) -> &'static str;
    /// Returns the weight in the loss.
    fn loss_weight(&self) -> f64;
    /// Connects the trained parameters with coefficients of the network, and sets those that no term has had before.
    fn connect(&mut self, names: &mut Coefficients, network: &mut Augmented<N>);
    /// Returns the loss, and adds its gradient.
    fn differentiate(&mut self, evaluator: Evaluator<'_, N>, gradient: &mut Augmented<N>) -> f64;
    /// Returns the loss.
    fn loss(&mut self, evaluator: Evaluator<'_, N>) -> f64;
    /// Adds the residuals whose squares add up to the loss.
    fn linearize(&mut self, evaluator: Evaluator<'_, N>, rows: TermRows<'_>);
    /// Draws new points, if that is due before this epoch. Returns whether it was.
    fn redraw(&mut self, epoch: usize, evaluator: Evaluator<'_, N>, rng: &mut Rng) -> bool;
    /// Copies the points, if new ones are drawn at times.
    fn copy_points(&self, target: &mut Vec<f64>);
    /// Sets the points, if there are as many.
    fn set_points(&mut self, source: &[f64]);
}

impl<N, R> AnyTerm<N> for Term<R, N::Scalar>
where
    N: BaseNetwork + TwiceDifferentiable,
    R: Residual,
{
    fn name(&self) -> &'static str {
        R::NAME
    }

    fn loss_weight(&self) -> f64 {
        self.weight
    }

    fn connect(&mut self, names: &mut Coefficients, network: &mut Augmented<N>) {
        self.coefficients.clear();
        for (parameter, name) in R::TRAINABLE.iter().enumerate() {
            let (index, is_new) = names.add(name);
            if is_new {
                network.coefficients[index] = N::Scalar::from_f64(*self.residual.parameter_mut(parameter));
            }
            self.coefficients.push(index);
        }
    }

    fn differentiate(&mut self, evaluator: Evaluator<'_, N>, gradient: &mut Augmented<N>) -> f64 {
        let Evaluator { network, options, pass } = evaluator;
        self.load_coefficients(&network.coefficients);
        let streams = streams_of::<R>();
        let factor = self.weight / self.points.rows() as f64;
        let scale = N::Scalar::from_f64(factor);
        let mut sum = 0.0;
        let mut storage = [0.0; MAX_COEFFICIENTS];
        let parameters = &mut storage[..R::TRAINABLE.len()];
        for rows in tiles(self.points.rows(), streams) {
            self.forward(&self.points, rows.clone(), (&network.network, options), pass);
            let data = load_data(&self.data, rows, &mut self.memory.data);
            let target = ParameterGradient::Sum(gradient.network.as_mut_slice());
            pass.backward(&network.network, streams, target, false, |inputs, outputs, gradient| {
                let tile = ResidualTile { inputs: inputs.value, data, outputs };
                let gradient = ResidualGradient { scale, outputs: gradient, parameters: &mut *parameters };
                sum += squared_residuals(&self.residual, &tile, Some(gradient));
            });
        }
        scatter(parameters, &self.coefficients, &mut gradient.coefficients);
        sum * factor
    }

    fn loss(&mut self, evaluator: Evaluator<'_, N>) -> f64 {
        let Evaluator { network, options, pass } = evaluator;
        self.load_coefficients(&network.coefficients);
        let mut sum = 0.0;
        for rows in tiles(self.points.rows(), streams_of::<R>()) {
            self.forward(&self.points, rows.clone(), (&network.network, options), pass);
            let data = load_data(&self.data, rows, &mut self.memory.data);
            let (inputs, outputs) = pass.ends();
            sum += squared_residuals(&self.residual, &ResidualTile { inputs: inputs.value, data, outputs }, None);
        }
        sum * self.weight / self.points.rows() as f64
    }

    fn linearize(&mut self, evaluator: Evaluator<'_, N>, mut target: TermRows<'_>) {
        let Evaluator { network, options, pass } = evaluator;
        self.load_coefficients(&network.coefficients);
        for rows in tiles(self.points.rows(), streams_of::<R>()) {
            self.forward(&self.points, rows.clone(), (&network.network, options), pass);
            for equation in 0..R::EQUATIONS.len() {
                self.linearize_tile(equation, rows.clone(), &network.network, pass, &mut target);
            }
        }
    }

    fn redraw(&mut self, epoch: usize, evaluator: Evaluator<'_, N>, rng: &mut Rng) -> bool {
        let Some(redraw) = self.redraw.filter(|redraw| redraw.is_due(epoch)) else { return false };
        let order = &mut self.memory.order;
        if !redraw.is_by_residual() {
            sampling::draw(&mut self.points, &self.sides, order, rng);
            return true;
        }
        let count = self.points.rows() * CANDIDATES;
        if self.memory.candidates.rows() != count {
            self.memory.candidates = Points::zeros(count, R::Input::FEATURES);
        }
        sampling::draw(&mut self.memory.candidates, &self.sides, order, rng);
        self.load_coefficients(&evaluator.network.coefficients);
        self.square_candidates(evaluator);
        sampling::choose(&mut self.points, &self.memory.candidates, &self.memory.squares, rng);
        true
    }

    fn copy_points(&self, target: &mut Vec<f64>) {
        if self.redraw.is_some() {
            target.clear();
            target.extend(self.points.values().iter().map(|&value| value.to_f64()));
        }
    }

    fn set_points(&mut self, source: &[f64]) {
        let values = self.points.values_mut();
        if values.len() == source.len() {
            values.iter_mut().zip(source).for_each(|(value, &saved)| *value = N::Scalar::from_f64(saved));
        }
    }
}

impl<R: Residual, T: Scalar> Term<R, T> {
    /// Sets the trained parameters of the residual.
    fn load_coefficients(&mut self, coefficients: &[T]) {
        for (parameter, &index) in self.coefficients.iter().enumerate() {
            *self.residual.parameter_mut(parameter) = coefficients[index].to_f64();
        }
    }

    fn forward<N>(&self, points: &Points<T>, rows: Range<usize>, layer: (&N, &N::Options), pass: &mut StreamPass<T>)
    where
        N: Module<Scalar = T> + TwiceDifferentiable,
    {
        let streams = streams_of::<R>();
        pass.forward(layer, streams, rows.len(), |mut input| {
            points.copy_to(rows, input.value.reborrow());
            for (direction, &feature) in R::DIRECTIONS.iter().enumerate() {
                input.stream(1 + direction, feature).fill(T::one());
            }
        });
    }

    /// Adds the residuals of one equation at the points of the last forward pass.
    fn linearize_tile<N>(
        &mut self,
        equation: usize,
        rows: Range<usize>,
        network: &N,
        pass: &mut StreamPass<T>,
        target: &mut TermRows<'_>,
    ) where
        N: BaseNetwork<Scalar = T> + TwiceDifferentiable,
    {
        let count = rows.len();
        let scale = T::from_f64((self.weight / self.points.rows() as f64).sqrt());
        let Memory { data, residuals, derivatives, .. } = &mut self.memory;
        let data = load_data(&self.data, rows, data);
        let TermRows { unknowns, block, equations } = target;
        let mut tile = block.reserve(count, *equations);
        let mut residuals = residuals.tile_mut(1, count);
        let mut derivatives = derivatives.tile_mut(R::TRAINABLE.len(), count);
        let jacobian = JacobianRows { unknowns, tile: tile.reborrow() };
        pass.backward(
            network,
            streams_of::<R>(),
            ParameterGradient::Rows(jacobian),
            false,
            |inputs, outputs, gradient| {
                let tile = ResidualTile { inputs: inputs.value, data, outputs };
                let (residuals, parameters) = (residuals.reborrow(), derivatives.reborrow());
                let target = EquationDerivatives { equation, scale, residuals, outputs: gradient, parameters };
                residual_derivatives(&self.residual, &tile, target);
            },
        );
        let first = N::COUNT;
        for (parameter, index) in self.coefficients.iter().enumerate() {
            let Some(row) = unknowns.row(&(first + index..first + index + 1)) else { continue };
            let pairs = tile.feature(row).iter_mut().zip(derivatives.as_tile().feature(parameter));
            pairs.for_each(|(target, &derivative)| *target += derivative.to_f64());
        }
        let last = tile.feature(unknowns.len()).iter_mut().zip(residuals.as_tile().feature(0));
        last.for_each(|(target, &residual)| *target = residual.to_f64());
    }

    /// Sets `Σₑ rₑ²` for each candidate.
    fn square_candidates<N>(&mut self, evaluator: Evaluator<'_, N>)
    where
        N: BaseNetwork<Scalar = T> + TwiceDifferentiable,
    {
        let Evaluator { network, options, pass } = evaluator;
        let candidates = mem::replace(&mut self.memory.candidates, Points::zeros(0, 0));
        self.memory.squares.clear();
        for rows in tiles(candidates.rows(), streams_of::<R>()) {
            let count = rows.len();
            self.forward(&candidates, rows, (&network.network, options), pass);
            let mut target = self.memory.residuals.tile_mut(R::EQUATIONS.len(), count);
            let (inputs, outputs) = pass.ends();
            let tile = ResidualTile { inputs: inputs.value, data: None, outputs };
            residuals(&self.residual, &tile, target.reborrow());
            let square = |sample: usize| {
                let residual = |equation: usize| target.as_tile().feature(equation)[sample].to_f64();
                (0..R::EQUATIONS.len()).map(|equation| residual(equation).powi(2)).sum::<f64>()
            };
            self.memory.squares.extend((0..count).map(square));
        }
        self.memory.candidates = candidates;
    }
}

/// Loads rows of data into a tile, if there are columns.
fn load_data<'a, T: Scalar>(
    data: &Points<T>,
    rows: Range<usize>,
    buffer: &'a mut Buffer<T>,
) -> Option<mlp_core::Tile<'a, T>> {
    let columns = data.columns();
    if columns == 0 {
        return None;
    }
    let count = rows.len();
    let mut tile = buffer.tile_mut(columns, count);
    data.copy_to(rows, tile.reborrow());
    tile.pad_with_last_sample();
    Some(buffer.tile(columns, count))
}

/// Returns the rows of each tile.
fn tiles(rows: usize, streams: Streams<'_>) -> impl Iterator<Item = Range<usize>> {
    let size = tile_samples(streams.count());
    (0..rows).step_by(size).map(move |first| first..rows.min(first + size))
}

impl<R: fmt::Debug, T> fmt::Debug for Term<R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Term").field("residual", &self.residual).field("weight", &self.weight).finish_non_exhaustive()
    }
}
