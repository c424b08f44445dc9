//! Division of the passes over a batch among threads.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use mlp_core::kernels::{join, threads};
use mlp_core::layers::{Module, Shape as _};
use mlp_core::losses::{LossList, MetricInput};
use mlp_core::{Rng, Scalar as _, Tile};

use super::exchange::{Reduction, SharedBatch};
use super::leaves::{Leaves, share};
use super::partial_sums::{PartialSum, PartialSums};
use super::tile_record::TileRecord;
use super::workspace::{EachTile, InputGradients, Objective, Samples, TileLosses, Workspace};
use crate::dataset::{Batch, Data};

/// Minimum work of a thread in multiply-adds, about 20 µs on one core.
const MIN_WORK: usize = 1 << 20;

/// Number of leaves in a round of an evaluation: enough for all threads, few enough to keep their predictions.
const ROUND: usize = 64;

/// Receives the predictions, targets and weights of every tile of a batch, in order. `None` if they are not needed.
pub(crate) type Metrics<'a, T> = Option<&'a mut dyn FnMut(MetricInput<'_, T>)>;

/// The destinations of a loss's derivatives.
pub(crate) struct GradientOutputs<'a, N: Module> {
    /// The gradient with respect to the parameters is added here.
    pub(crate) gradient: &'a mut N,
    /// The sum of each output's loss is added here.
    pub(crate) losses: &'a mut [f64],
    /// Receives the gradient with respect to the inputs, if requested.
    pub(crate) inputs: Option<InputGradients<'a, N::Scalar>>,
}

/// Buffers of the threads that compute a batch, and the results of its tiles.
pub(crate) struct Workers<N: Module> {
    tile_samples: usize,
    targets: usize,
    is_training: bool,
    /// One for each thread at work so far.
    slots: Vec<Slot<N>>,
    records: Vec<TileRecord<N::Scalar>>,
}

/// Buffers of a thread.
struct Slot<N: Module> {
    workspace: Workspace<N>,
    sums: PartialSums<N>,
}

/// Leaves of a batch, and what to compute of them.
struct Job<'a, N: Module, L: LossList<N::Scalar, N::Output>> {
    objective: Objective<'a, N, L>,
    batch: &'a Batch<'a, N::Scalar, N::Input, L::Targets>,
    leaves: Leaves,
    range: Range<usize>,
    /// Position of the first row of `batch` among all samples.
    offset: usize,
    workers: usize,
    /// Random numbers of training; `None` in inference.
    rng: Option<&'a Rng>,
    keeps_pairs: bool,
}

impl<N: Module> Workers<N> {
    /// Allocates buffers for training on tiles of `tile_samples` samples with `targets` target features.
    pub(crate) fn training(tile_samples: usize, targets: usize) -> Self {
        Self::new(tile_samples, targets, true)
    }

    /// Allocates buffers for inference, and for a comparison with `targets` target features.
    pub(crate) fn inference(tile_samples: usize, targets: usize) -> Self {
        Self::new(tile_samples, targets, false)
    }

    fn new(tile_samples: usize, targets: usize, is_training: bool) -> Self {
        let mut workers = Self { tile_samples, targets, is_training, slots: Vec::new(), records: Vec::new() };
        workers.reserve(1);
        workers
    }

    /// Allocates the buffers of `workers` threads, unless they are there.
    fn reserve(&mut self, workers: usize) {
        let Self { tile_samples, targets, is_training, .. } = *self;
        let create = if is_training { Workspace::training } else { Workspace::inference };
        let slot = || Slot { workspace: create(tile_samples, targets), sums: PartialSums::new() };
        self.slots.resize_with(self.slots.len().max(workers), slot);
    }

    /// Returns the number of threads for some leaves with so many samples, and allocates their buffers. A sample costs
    /// `passes` multiply-adds for each parameter.
    fn threads(&mut self, leaves: usize, samples: usize, passes: usize) -> usize {
        let work = samples.saturating_mul(N::COUNT).saturating_mul(passes);
        let workers = threads().min(leaves).min(work / MIN_WORK).max(1);
        self.reserve(workers);
        workers
    }

    /// Calls `each` with the predictions of every tile of `x` and the index of its first sample, in any order.
    pub(crate) fn infer(
        &mut self,
        network: &N,
        options: &N::Options,
        x: &dyn Data<N::Scalar, N::Input>,
        each: &mut (dyn FnMut(Tile<'_, N::Scalar>, usize) + Send),
    ) {
        let leaves = Leaves::inference(x.samples());
        let workers = self.threads(leaves.count(), x.samples(), 1);
        if workers == 1 {
            return self.infer_in_order(network, options, x, each);
        }
        let each = Mutex::new(each);
        let infer = |slot: &mut Slot<N>, rows: Range<usize>| {
            slot.workspace.infer((network, options), x, rows, &mut |tile, first| {
                each.lock().unwrap_or_else(PoisonError::into_inner)(tile, first);
            });
        };
        infer_in_parts(&mut self.slots[..workers], leaves, 0..leaves.count(), &infer);
    }

    /// Calls `each` with the predictions of every tile of `x` and the index of its first sample, in order.
    pub(crate) fn infer_in_order(
        &mut self,
        network: &N,
        options: &N::Options,
        x: &dyn Data<N::Scalar, N::Input>,
        each: &mut dyn FnMut(Tile<'_, N::Scalar>, usize),
    ) {
        self.slots[0].workspace.infer((network, options), x, 0..x.samples(), each);
    }

    /// Returns the sum of the losses of the samples of `batch` in inference mode, and adds each output's to `losses`. Calls
    /// `metrics` with every tile.
    pub(crate) fn evaluate<L: LossList<N::Scalar, N::Output>>(
        &mut self,
        objective: Objective<'_, N, L>,
        batch: &Batch<'_, N::Scalar, N::Input, L::Targets>,
        shared: Option<SharedBatch<'_, N>>,
        losses: &mut [f64],
        metrics: Metrics<'_, N::Scalar>,
    ) -> f64 {
        let leaves = Leaves::inference(shared.map_or(batch.rows.len(), |shared| shared.samples));
        let exchange = shared.map(|shared| shared.reduction);
        let range = exchange.map_or(0..leaves.count(), |exchange| exchange.own(leaves));
        let workers = self.threads(range.len(), batch.rows.len(), 1);
        let offset = leaves.positions(range.clone()).start;
        // Ranks exchange the results of all their leaves at once.
        let round = if exchange.is_some() { range.len().max(1) } else { ROUND };
        let keeps_pairs = metrics.is_some();
        let mut results = Results { total: 0.0, losses, metrics };
        for first in (range.start..range.end.max(range.start + 1)).step_by(round) {
            let range = first..range.end.min(first + round);
            let job = Job { objective, batch, leaves, range, offset, workers, rng: None, keeps_pairs };
            self.run(&job, exchange, &mut None, None, &mut results);
        }
        results.total
    }

    /// Returns the sum of the losses of the samples of `batch`, and adds the gradient of their mean to `outputs`. Calls
    /// `metrics` with every tile. See the pseudo-code of [`batch`](super).
    pub(crate) fn differentiate<L: LossList<N::Scalar, N::Output>>(
        &mut self,
        objective: Objective<'_, N, L>,
        batch: &Batch<'_, N::Scalar, N::Input, L::Targets>,
        shared: Option<SharedBatch<'_, N>>,
        rng: &mut Rng,
        outputs: GradientOutputs<'_, N>,
        metrics: Metrics<'_, N::Scalar>,
    ) -> f64 {
        let Objective { network, options, .. } = objective;
        let GradientOutputs { gradient, losses, inputs } = outputs;
        let leaves = Leaves::training::<N>(shared.map_or(batch.rows.len(), |shared| shared.samples));
        let exchange = shared.map(|shared| shared.reduction);
        let range = exchange.map_or(0..leaves.count(), |exchange| exchange.own(leaves));
        let workers = if inputs.is_some() { 1 } else { self.threads(range.len(), batch.rows.len(), 3) };
        let (offset, keeps_pairs) = (leaves.positions(range.clone()).start, metrics.is_some());
        let job = Job { objective, batch, leaves, range, offset, workers, rng: Some(rng), keeps_pairs };
        let mut results = Results { total: 0.0, losses, metrics };
        let mut target = Some(gradient);
        let drawn = self.run(&job, exchange, &mut target, inputs, &mut results);
        if let [first, others @ ..] = &mut self.slots[..] {
            match (exchange, &mut target) {
                (Some(exchange), Some(gradient)) => exchange.gradient(leaves, &mut first.sums, gradient),
                _ => first.sums.fold(&mut target),
            }
            others.iter_mut().for_each(|other| first.sums.give_back(&mut other.sums));
        }
        match (drawn, leaves.count()) {
            (None, _) => {}
            (Some(after), 1) => *rng = after,
            (Some(_), _) => rng.jump(),
        }
        if let Some(gradient) = target {
            network.add_penalty_gradient(options, gradient);
        }
        results.total + network.penalty(options) * leaves.samples() as f64
    }

    /// Runs a job, and passes the results of every tile to `results` in order. The partial sums of the gradients are in the
    /// first slot. Returns the state of the random numbers after a leaf that has drawn some.
    fn run<L: LossList<N::Scalar, N::Output>>(
        &mut self,
        job: &Job<'_, N, L>,
        exchange: Option<&dyn Reduction<N>>,
        gradient: &mut Option<&mut N>,
        inputs: Option<InputGradients<'_, N::Scalar>>,
        results: &mut Results<'_, '_, N::Scalar>,
    ) -> Option<Rng> {
        if job.workers == 1 && exchange.is_none() {
            let mut each = |pairs: MetricInput<'_, _>, losses| results.add(Some(pairs), losses);
            return self.slots[0].run(job, job.range.clone(), gradient, inputs, &mut each);
        }
        let own = job.leaves.tiles(job.range.clone());
        let (first, tiles) = match exchange {
            Some(_) => (job.leaves.tiles(0..job.range.start), job.leaves.tiles(0..job.leaves.count())),
            None => (0, own),
        };
        self.records.resize_with(self.records.len().max(tiles), TileRecord::new);
        let (slots, records) = (&mut self.slots[..job.workers], &mut self.records[..tiles]);
        let mut drawn = job.run_in_parts(slots, 0, gradient.as_deref_mut(), &mut records[first..first + own]);
        if let Some(exchange) = exchange {
            let mut draws = draws(job.rng, drawn.as_ref(), job.leaves);
            exchange.losses(job.leaves, records, L::COUNT, &mut draws);
            drawn = after(job.rng, draws);
            if job.keeps_pairs {
                let features = (N::Output::FEATURES, L::Targets::FEATURES);
                exchange.pairs(job.leaves, records, features, job.batch.data.weights.is_some());
            }
        }
        if let [first, others @ ..] = slots {
            others.iter_mut().for_each(|other| first.sums.append(&mut other.sums, gradient));
        }
        for record in records {
            results.add(job.keeps_pairs.then(|| record.pairs()), record.losses);
        }
        drawn
    }
}

/// Returns the number of draws of a batch: for a batch of several leaves, 1 if there were any.
fn draws(before: Option<&Rng>, after: Option<&Rng>, leaves: Leaves) -> u64 {
    let (Some(before), Some(after)) = (before, after) else { return 0 };
    let mut rng = before.clone();
    let mut draws = 0;
    while draws == 0 || leaves.count() == 1 && rng != *after {
        rng.uniform();
        draws += 1;
    }
    draws
}

/// Returns the state after a number of draws, if there were any.
fn after(before: Option<&Rng>, draws: u64) -> Option<Rng> {
    let mut rng = before?.clone();
    for _ in 0..draws {
        rng.uniform();
    }
    (draws > 0).then_some(rng)
}

/// Receives the results of the tiles of a batch.
struct Results<'l, 'm, T> {
    total: f64,
    losses: &'l mut [f64],
    metrics: Metrics<'m, T>,
}

impl<T> Results<'_, '_, T> {
    fn add(&mut self, pairs: Option<MetricInput<'_, T>>, tile: TileLosses) {
        if let (Some(metrics), Some(pairs)) = (&mut self.metrics, pairs) {
            metrics(pairs);
        }
        self.total += tile.total;
        self.losses.iter_mut().zip(tile.outputs).for_each(|(sum, loss)| *sum += loss);
    }
}

impl<N: Module, L: LossList<N::Scalar, N::Output>> Job<'_, N, L> {
    /// Returns the positions of some leaves in the rows of the batch.
    fn rows(&self, leaves: Range<usize>) -> Range<usize> {
        let Range { start, end } = self.leaves.positions(leaves);
        start - self.offset..end - self.offset
    }

    /// Computes the leaves of some slots, the first of which has the index `first`. Returns the state of the random numbers
    /// after a leaf that has drawn some.
    fn run_in_parts(
        &self,
        slots: &mut [Slot<N>],
        first: usize,
        mut gradient: Option<&mut N>,
        records: &mut [TileRecord<N::Scalar>],
    ) -> Option<Rng> {
        let share = |slot| share(self.range.clone(), slot, self.workers);
        if let [slot] = slots {
            let mut records = records.iter_mut();
            return slot.run(self, share(first), &mut gradient, None, &mut |pairs, losses| {
                let Some(record) = records.next() else { return };
                record.losses = losses;
                if self.keeps_pairs {
                    record.keep(pairs);
                }
            });
        }
        let middle = first + slots.len() / 2;
        let (left, right) = slots.split_at_mut(slots.len() / 2);
        let tiles = self.leaves.tiles(share(first).start..share(middle).start);
        let (left_records, right_records) = records.split_at_mut(tiles);
        let (left, right) = join(
            || self.run_in_parts(left, first, gradient, left_records),
            || self.run_in_parts(right, middle, None, right_records),
        );
        left.or(right)
    }
}

impl<N: Module> Slot<N> {
    /// Computes some leaves, and keeps the partial sums of their gradients. Returns the state of the
    /// random numbers after a leaf that has drawn some.
    fn run<L: LossList<N::Scalar, N::Output>>(
        &mut self,
        job: &Job<'_, N, L>,
        leaves: Range<usize>,
        gradient: &mut Option<&mut N>,
        mut inputs: Option<InputGradients<'_, N::Scalar>>,
        each: EachTile<'_, N::Scalar>,
    ) -> Option<Rng> {
        let Self { workspace, sums } = self;
        let Job { objective, batch, leaves: division, rng, .. } = *job;
        let scale = N::Scalar::from_f64(1.0 / division.samples() as f64);
        let samples = |leaves: Range<usize>| {
            let first = division.positions(leaves.clone()).start;
            Samples { objective, batch, positions: job.rows(leaves), first, scale }
        };
        let Some(rng) = rng else {
            workspace.compare(samples(leaves), each);
            return None;
        };
        let mut drawn = None;
        for leaf in leaves {
            let samples = samples(leaf..leaf + 1);
            let (mut rng, start) = (rng.part(leaf), rng.part(leaf));
            let inputs = inputs.as_mut().map(|each| &mut **each as InputGradients<'_, N::Scalar>);
            let own = match (leaf, &mut *gradient) {
                (0, Some(gradient)) => {
                    workspace.differentiate(samples, &mut rng, gradient, inputs, each);
                    None
                }
                _ => {
                    let mut sum = sums.zeros();
                    workspace.differentiate(samples, &mut rng, &mut sum, inputs, each);
                    Some(sum)
                }
            };
            sums.push(PartialSum::leaf(leaf, own), gradient);
            drawn = Some(rng).filter(|rng| *rng != start).or(drawn);
        }
        drawn
    }
}

/// Calls `infer` with every slot and the rows of its leaves.
fn infer_in_parts<N: Module>(
    slots: &mut [Slot<N>],
    division: Leaves,
    leaves: Range<usize>,
    infer: &(impl Fn(&mut Slot<N>, Range<usize>) + Sync),
) {
    if let [slot] = slots {
        return infer(slot, division.positions(leaves));
    }
    let half = slots.len() / 2;
    let middle = leaves.start + (leaves.len() * half).div_ceil(slots.len());
    let (left, right) = slots.split_at_mut(half);
    join(
        || infer_in_parts(left, division, leaves.start..middle, infer),
        || infer_in_parts(right, division, middle..leaves.end, infer),
    );
}
