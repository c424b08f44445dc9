use core::mem::swap;
use core::ops::Range;

use super::line_search::{Line, Point, search};
use super::pairs::{Pairs, add, dot};
use mlp_core::kernels::Kernels;
use mlp_core::layers::Module;
use mlp_core::optimizers::{Checkpoint, Objective, StateReader, StateWriter, Step};

use crate::heap::BoxedParameters as _;
use crate::optimizers::trainable_ranges;
use mlp_core::Scalar;

/// State of [`Lbfgs`](super::Lbfgs).
pub struct LbfgsState<N> {
    pairs: Pairs<N>,
    /// Loss at the end of the last iteration.
    loss: f64,
    /// Ranges of the variables that the last step trained. Empty before the first step, and after a checkpoint was read.
    trained: Vec<Range<usize>>,
    /// `true` if no direction reduces the loss further.
    stuck: bool,
    gradient: Box<N>,
    start: Box<N>,
    direction: Box<N>,
    /// Gradient at the lowest point of a line.
    lowest: Box<N>,
    /// Gradient at the last point of a line.
    trial: Box<N>,
}

impl<N: Module> LbfgsState<N> {
    pub(super) fn new(history_size: usize) -> Self {
        Self {
            pairs: Pairs::new(history_size),
            loss: f64::NAN,
            trained: Vec::with_capacity(trainable_ranges::<N>(&N::Options::default()).len()),
            stuck: false,
            gradient: N::zeroed(),
            start: N::zeroed(),
            direction: N::zeroed(),
            lowest: N::zeroed(),
            trial: N::zeroed(),
        }
    }

    /// Prepares a step. The history is cleared if the loss differs from that at the end of the last step, or if it trains other
    /// variables.
    pub(super) fn begin(&mut self, step: &Step<'_, N>) {
        self.gradient.as_mut_slice().copy_from_slice(step.gradient.as_slice());
        zero_untrained(&mut *self.gradient, step.trainable_ranges);
        let trains_others = !self.trained.is_empty() && self.trained != step.trainable_ranges;
        self.trained.clear();
        self.trained.extend_from_slice(step.trainable_ranges);
        if trains_others || self.loss != step.loss {
            self.pairs.clear();
            self.loss = step.loss;
            self.stuck = false;
        }
    }

    /// Ends a step: passes the final weights through the layers' own update, once.
    pub(super) fn end(&mut self, step: Step<'_, N>) {
        self.start.as_mut_slice().copy_from_slice(step.network.as_slice());
        step.each([&mut *self.start], |parameters, _, [end]| parameters.copy_from_slice(end));
    }

    /// Searches along one line. Returns the number of evaluations, 0 if no direction reduces the loss.
    pub(super) fn iterate(&mut self, step: &mut Step<'_, N>, objective: &mut Objective<'_, N>) -> usize {
        let derivative = self.choose_direction();
        if self.stuck || derivative.is_nan() || derivative >= 0.0 {
            self.stuck = true;
            return 0;
        }
        self.start.as_mut_slice().copy_from_slice(step.network.as_slice());
        let start = Point { at: 0.0, loss: self.loss, derivative };
        let first = step.learning_rate * self.unit();
        let trainable_ranges = step.trainable_ranges;
        let mut line = Downhill { state: self, network: step.network, objective, trainable_ranges, evaluations: 0 };
        let found = search(start, first, &mut line);
        let evaluations = line.evaluations;
        self.accept(step.network, found);
        evaluations
    }

    /// Sets the quasi-Newton direction if the loss falls along it, else the negative gradient. Returns the derivative of
    /// the loss along the direction.
    fn choose_direction(&mut self) -> f64 {
        self.pairs.direction(&self.gradient, &mut self.direction);
        let derivative = dot(&*self.gradient, &*self.direction);
        if derivative < 0.0 || self.pairs.is_empty() {
            return derivative;
        }
        self.pairs.clear();
        self.choose_direction()
    }

    /// Returns the first step length. Without knowledge of the curvature it is short.
    fn unit(&self) -> f64 {
        if !self.pairs.is_empty() {
            return 1.0;
        }
        let sum: f64 = self.gradient.as_slice().iter().map(|derivative| derivative.to_f64().abs()).sum();
        (1.0 / sum).min(1.0)
    }

    /// Sets the weights to the found point, or restores them. If a quasi-Newton direction failed, the next iteration uses
    /// the negative gradient.
    fn accept(&mut self, network: &mut N, found: Option<Point>) {
        self.move_to(network, found.map_or(0.0, |point| point.at));
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
    fn move_to(&self, network: &mut N, at: f64) {
        network.as_mut_slice().copy_from_slice(self.start.as_slice());
        if at != 0.0 {
            add(network, at, &*self.direction);
        }
    }
}

impl<N: Module> Checkpoint<N> for LbfgsState<N> {
    // A step sets the other values before it reads them.
    fn write(&self, writer: &mut dyn StateWriter<N>) {
        writer.number("loss", self.loss);
        writer.count("stuck", u64::from(self.stuck));
        self.pairs.write(writer);
    }

    fn read(&mut self, reader: &mut dyn StateReader<N>) {
        reader.number("loss", &mut self.loss);
        self.trained.clear();
        let mut stuck = u64::from(self.stuck);
        reader.count("stuck", &mut stuck);
        self.stuck = stuck > 0;
        self.pairs.read(reader);
    }
}

/// Loss along the line from the start in the direction.
struct Downhill<'a, 'b, N: Module> {
    state: &'a mut LbfgsState<N>,
    network: &'a mut N,
    objective: &'a mut Objective<'b, N>,
    trainable_ranges: &'a [Range<usize>],
    evaluations: usize,
}

impl<N: Module> Line for Downhill<'_, '_, N> {
    fn evaluate(&mut self, at: f64) -> Point {
        self.evaluations += 1;
        self.state.move_to(self.network, at);
        let gradient = &mut *self.state.trial;
        let loss = (self.objective)(self.network, gradient);
        zero_untrained(gradient, self.trainable_ranges);
        let finite = loss.is_finite() && N::Scalar::all_finite(gradient.as_slice());
        let loss = if finite { loss } else { f64::INFINITY };
        Point { at, loss, derivative: dot(gradient, &*self.state.direction) }
    }

    fn keep(&mut self) {
        swap(&mut self.state.lowest, &mut self.state.trial);
    }
}

/// Sets the gradient to zero outside the trainable ranges.
fn zero_untrained<N: Module>(gradient: &mut N, trainable_ranges: &[Range<usize>]) {
    let gradient = gradient.as_mut_slice();
    let mut end = 0;
    for range in trainable_ranges {
        gradient[end..range.start].fill(num_traits::Zero::zero());
        end = range.end;
    }
    gradient[end..].fill(num_traits::Zero::zero());
}
