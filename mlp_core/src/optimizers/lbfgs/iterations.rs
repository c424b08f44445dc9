use core::mem::swap;
use core::ops::Range;

use super::super::{Checkpoint, Objective, StateReader, StateWriter, Step};
use super::line_search::{Line, Point, search};
use super::pairs::{Pairs, add, dot};
use crate::kernels::Kernels;
use crate::layers::Layer;
use crate::scalar::Scalar;

/// The memory of [`Lbfgs`](super::Lbfgs).
pub struct LbfgsState<N> {
    pairs: Pairs<N>,
    /// Where the last iteration ended.
    loss: f64,
    /// Whether no direction leads further down from there.
    stuck: bool,
    gradient: Box<N>,
    start: Box<N>,
    direction: Box<N>,
    /// The gradient at the lowest point of a line.
    lowest: Box<N>,
    /// The gradient at the last point of a line.
    trial: Box<N>,
}

impl<N: Layer> LbfgsState<N> {
    pub(super) fn new(history_size: usize) -> Self {
        Self {
            pairs: Pairs::new(history_size),
            loss: f64::NAN,
            stuck: false,
            gradient: N::zeroed(),
            start: N::zeroed(),
            direction: N::zeroed(),
            lowest: N::zeroed(),
            trial: N::zeroed(),
        }
    }

    /// Where the step starts. At another place than the last one ended, or by another loss, nothing is known.
    pub(super) fn begin(&mut self, step: &Step<'_, N>) {
        self.gradient.as_mut_slice().copy_from_slice(step.gradient.as_slice());
        leave_out_others(&mut *self.gradient, step.variables);
        if self.loss != step.loss {
            self.pairs.clear();
            self.loss = step.loss;
            self.stuck = false;
        }
    }

    /// The weights are where they should be. The layers are told in the way in which they expect it, and once.
    pub(super) fn end(&mut self, step: Step<'_, N>) {
        self.start.as_mut_slice().copy_from_slice(step.network.as_slice());
        step.each([&mut *self.start], |parameters, _, [end]| parameters.copy_from_slice(end));
    }

    /// One line downhill. Gives the number of evaluations: none, if there is no way down.
    pub(super) fn iterate(&mut self, step: &mut Step<'_, N>, objective: &mut Objective<'_, N>) -> usize {
        let slope = self.choose_direction();
        if self.stuck || slope.is_nan() || slope >= 0.0 {
            self.stuck = true;
            return 0;
        }
        self.start.as_mut_slice().copy_from_slice(step.network.as_slice());
        let start = Point { at: 0.0, loss: self.loss, slope };
        let (first, variables) = (step.learning_rate * self.unit(), step.variables);
        let mut line = Downhill { state: self, network: step.network, objective, variables, evaluations: 0 };
        let found = search(start, first, &mut line);
        let evaluations = line.evaluations;
        self.arrive(step.network, found);
        evaluations
    }

    /// The quasi-Newton direction if it leads down, and the gradient's if not. Gives the slope along it.
    fn choose_direction(&mut self) -> f64 {
        self.pairs.direction(&self.gradient, &mut self.direction);
        let slope = dot(&*self.gradient, &*self.direction);
        if slope < 0.0 || self.pairs.is_empty() {
            return slope;
        }
        self.pairs.clear();
        self.choose_direction()
    }

    /// The length to try first. As long as nothing is known of the curvature, the step is to be short.
    fn unit(&self) -> f64 {
        if !self.pairs.is_empty() {
            return 1.0;
        }
        let sum: f64 = self.gradient.as_slice().iter().map(|slope| slope.to_f64().abs()).sum();
        (1.0 / sum).min(1.0)
    }

    /// Sets the weights to the found point, or back. Where nothing lower was found in another direction than the
    /// gradient's, that one comes next.
    fn arrive(&mut self, network: &mut N, found: Option<Point>) {
        self.go(network, found.map_or(0.0, |point| point.at));
        let Some(point) = found else {
            self.stuck = self.pairs.is_empty();
            self.pairs.clear();
            return;
        };
        self.pairs.push([&*self.start, network], [&*self.gradient, &*self.lowest]);
        swap(&mut self.gradient, &mut self.lowest);
        self.loss = point.loss;
    }

    /// `p = start + at · direction`
    fn go(&self, network: &mut N, at: f64) {
        network.as_mut_slice().copy_from_slice(self.start.as_slice());
        if at != 0.0 {
            add(network, at, &*self.direction);
        }
    }
}

impl<N: Layer> Checkpoint<N> for LbfgsState<N> {
    /// A step sets the other values before it reads them.
    fn write(&self, writer: &mut dyn StateWriter<N>) {
        writer.number("loss", self.loss);
        writer.count("stuck", u64::from(self.stuck));
        self.pairs.write(writer);
    }
    fn read(&mut self, reader: &mut dyn StateReader<N>) {
        reader.number("loss", &mut self.loss);
        let mut stuck = u64::from(self.stuck);
        reader.count("stuck", &mut stuck);
        self.stuck = stuck > 0;
        self.pairs.read(reader);
    }
}

/// The line from the start in the direction.
struct Downhill<'a, 'b, N: Layer> {
    state: &'a mut LbfgsState<N>,
    network: &'a mut N,
    objective: &'a mut Objective<'b, N>,
    variables: &'a [Range<usize>],
    evaluations: usize,
}

impl<N: Layer> Line for Downhill<'_, '_, N> {
    fn evaluate(&mut self, at: f64) -> Point {
        self.evaluations += 1;
        self.state.go(self.network, at);
        let gradient = &mut *self.state.trial;
        let loss = (self.objective)(self.network, gradient);
        leave_out_others(gradient, self.variables);
        let finite = loss.is_finite() && N::Scalar::all_finite(gradient.as_slice());
        let loss = if finite { loss } else { f64::INFINITY };
        Point { at, loss, slope: dot(gradient, &*self.state.direction) }
    }

    fn keep(&mut self) {
        swap(&mut self.state.lowest, &mut self.state.trial);
    }
}

/// Lets the gradient be zero by what training does not change.
fn leave_out_others<N: Layer>(gradient: &mut N, variables: &[Range<usize>]) {
    let gradient = gradient.as_mut_slice();
    let mut end = 0;
    for variable in variables {
        gradient[end..variable.start].fill(num_traits::Zero::zero());
        end = variable.end;
    }
    gradient[end..].fill(num_traits::Zero::zero());
}
