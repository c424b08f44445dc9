//! Division of the passes over a batch among threads, for networks of any type.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use mlp_core::kernels::{join, threads};
use mlp_core::losses::MetricInput;
use mlp_core::{Rng, Scalar, Tile, each_scalar};

use super::exchange::{Reduction, SharedBatch};
use super::leaves::{Leaves, share};
use super::partial_sums::{PartialSum, PartialSums};
use super::passes::{Predict, Sizes};
use super::tile_record::TileRecord;
use super::workspace::{BatchOf, EachTile, InputGradients, Samples, TileLosses, Workspace};

/// Minimum work of a thread in multiply-adds, about 20 µs on one core.
const MIN_WORK: usize = 1 << 20;

/// Number of leaves in a round of an evaluation: enough for all threads, few enough to keep their predictions.
const ROUND: usize = 64;

/// Receives the predictions, targets and weights of every tile of a batch, in order. `None` if they are not needed.
pub(crate) type Metrics<'a, T> = Option<&'a mut dyn FnMut(MetricInput<'_, T>)>;

/// Receives the predictions of a tile and the index of its first sample, from any thread.
pub(crate) type EachPrediction<'a, T> = &'a mut (dyn FnMut(Tile<'_, T>, usize) + Send);

/// [`GradientOutputs`](super::GradientOutputs) of a network of any type.
pub(crate) struct Destinations<'a, T> {
    /// The gradient with respect to the parameters is added here.
    pub(crate) gradient: &'a mut [T],
    /// The sum of each output's loss is added here.
    pub(crate) losses: &'a mut [f64],
    /// Receives the gradient with respect to the inputs, if requested.
    pub(crate) inputs: Option<InputGradients<'a, T>>,
}

/// Passes over batches of a network of any type.
pub(crate) trait Batches<T>: Send + Sync {
    /// Calls `each` with the predictions of every tile of `samples` samples and the index of its first sample, in any order.
    fn infer(&mut self, network: &dyn Predict<T>, samples: usize, each: EachPrediction<'_, T>);

    /// Calls `each` with the predictions of every tile of `samples` samples and the index of its first sample, in order.
    fn infer_in_order(&mut self, network: &dyn Predict<T>, samples: usize, each: &mut dyn FnMut(Tile<'_, T>, usize));

    /// Returns the sum of the losses of the samples of `batch` in inference mode, and adds each output's to `losses`. Calls
    /// `metrics` with every tile.
    fn evaluate(
        &mut self,
        batch: &BatchOf<'_, T>,
        shared: Option<SharedBatch<'_, T>>,
        losses: &mut [f64],
        metrics: Metrics<'_, T>,
    ) -> f64;

    /// Returns the sum of the losses of the samples of `batch`, and adds the gradient of their mean to `outputs`. Calls
    /// `metrics` with every tile. See the pseudo-code of [`batch`](super).
    fn differentiate(
        &mut self,
        batch: &BatchOf<'_, T>,
        shared: Option<SharedBatch<'_, T>>,
        rng: &mut Rng,
        outputs: Destinations<'_, T>,
        metrics: Metrics<'_, T>,
    ) -> f64;
}

/// Creates buffers for tiles of so many samples with so many target features, for training or for inference.
pub(super) fn new<T: Scalar>(
    sizes: Sizes,
    tile_samples: usize,
    targets: usize,
    is_training: bool,
) -> Box<dyn Batches<T>> {
    T::select::<Create>()(sizes, tile_samples, targets, is_training)
}

each_scalar! {
    /// The function that creates the buffers.
    Create<T>: fn(Sizes, usize, usize, bool) -> Box<dyn Batches<T>> =
        |sizes, tile_samples, targets, is_training| Box::new(Slots::new(sizes, tile_samples, targets, is_training))
}

/// Buffers of the threads that compute a batch, and the results of its tiles.
struct Slots<T> {
    sizes: Sizes,
    tile_samples: usize,
    targets: usize,
    is_training: bool,
    /// One for each thread at work so far.
    slots: Vec<Slot<T>>,
    records: Vec<TileRecord<T>>,
}

/// Buffers of a thread.
struct Slot<T> {
    workspace: Workspace<T>,
    sums: PartialSums<T>,
}

/// Leaves of a batch, and what to compute of them.
struct Job<'a, T> {
    batch: &'a BatchOf<'a, T>,
    leaves: Leaves,
    range: Range<usize>,
    /// Position of the first row of `batch` among all samples.
    offset: usize,
    workers: usize,
    /// Random numbers of training; `None` in inference.
    rng: Option<&'a Rng>,
    keeps_pairs: bool,
}

impl<T: Scalar> Slots<T> {
    fn new(sizes: Sizes, tile_samples: usize, targets: usize, is_training: bool) -> Self {
        let mut slots = Self { sizes, tile_samples, targets, is_training, slots: Vec::new(), records: Vec::new() };
        slots.reserve(1);
        slots
    }

    /// Allocates the buffers of `workers` threads, unless they are there.
    fn reserve(&mut self, workers: usize) {
        let Self { sizes, tile_samples, targets, is_training, .. } = *self;
        let create = if is_training { Workspace::training } else { Workspace::inference };
        let slot = || Slot { workspace: create(sizes, tile_samples, targets), sums: PartialSums::new() };
        self.slots.resize_with(self.slots.len().max(workers), slot);
    }

    /// Returns the number of threads for some leaves with so many samples, and allocates their buffers. A sample costs
    /// `passes` multiply-adds for each parameter.
    fn threads(&mut self, leaves: usize, samples: usize, passes: usize) -> usize {
        let work = samples.saturating_mul(self.sizes.parameters).saturating_mul(passes);
        let workers = threads().min(leaves).min(work / MIN_WORK).max(1);
        self.reserve(workers);
        workers
    }

    /// Runs a job, and passes the results of every tile to `results` in order. The partial sums of the gradients are in the
    /// first slot. Returns the state of the random numbers after a leaf that has drawn some.
    fn run(
        &mut self,
        job: &Job<'_, T>,
        exchange: Option<&dyn Reduction<T>>,
        gradient: &mut Option<&mut [T]>,
        inputs: Option<InputGradients<'_, T>>,
        results: &mut Results<'_, '_, T>,
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
            exchange.losses(job.leaves, records, job.batch.losses, &mut draws);
            drawn = after(job.rng, draws);
            if job.keeps_pairs {
                let features = (self.sizes.features.1, job.batch.targets);
                exchange.pairs(job.leaves, records, features, job.batch.weights.is_some());
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

impl<T: Scalar> Batches<T> for Slots<T> {
    fn infer(&mut self, network: &dyn Predict<T>, samples: usize, each: EachPrediction<'_, T>) {
        let leaves = Leaves::inference(samples);
        let workers = self.threads(leaves.count(), samples, 1);
        if workers == 1 {
            return self.infer_in_order(network, samples, each);
        }
        let each = Mutex::new(each);
        let infer = |slot: &mut Slot<T>, rows: Range<usize>| {
            slot.workspace.infer(network, rows, &mut |tile, first| {
                each.lock().unwrap_or_else(PoisonError::into_inner)(tile, first);
            });
        };
        infer_in_parts(&mut self.slots[..workers], leaves, 0..leaves.count(), &infer);
    }

    fn infer_in_order(&mut self, network: &dyn Predict<T>, samples: usize, each: &mut dyn FnMut(Tile<'_, T>, usize)) {
        self.slots[0].workspace.infer(network, 0..samples, each);
    }

    fn evaluate(
        &mut self,
        batch: &BatchOf<'_, T>,
        shared: Option<SharedBatch<'_, T>>,
        losses: &mut [f64],
        metrics: Metrics<'_, T>,
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
            let job = Job { batch, leaves, range, offset, workers, rng: None, keeps_pairs };
            self.run(&job, exchange, &mut None, None, &mut results);
        }
        results.total
    }

    fn differentiate(
        &mut self,
        batch: &BatchOf<'_, T>,
        shared: Option<SharedBatch<'_, T>>,
        rng: &mut Rng,
        outputs: Destinations<'_, T>,
        metrics: Metrics<'_, T>,
    ) -> f64 {
        let Destinations { gradient, losses, inputs } = outputs;
        let samples = shared.map_or(batch.rows.len(), |shared| shared.samples);
        let leaves = Leaves::with_sizes(&self.sizes, samples);
        let exchange = shared.map(|shared| shared.reduction);
        let range = exchange.map_or(0..leaves.count(), |exchange| exchange.own(leaves));
        let workers = if inputs.is_some() { 1 } else { self.threads(range.len(), batch.rows.len(), 3) };
        let (offset, keeps_pairs) = (leaves.positions(range.clone()).start, metrics.is_some());
        let job = Job { batch, leaves, range, offset, workers, rng: Some(rng), keeps_pairs };
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
        results.total
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

impl<T: Scalar> Job<'_, T> {
    /// Returns the positions of some leaves in the rows of the batch.
    fn rows(&self, leaves: Range<usize>) -> Range<usize> {
        let Range { start, end } = self.leaves.positions(leaves);
        start - self.offset..end - self.offset
    }

    /// Computes the leaves of some slots, the first of which has the index `first`. Returns the state of the random numbers
    /// after a leaf that has drawn some.
    fn run_in_parts(
        &self,
        slots: &mut [Slot<T>],
        first: usize,
        mut gradient: Option<&mut [T]>,
        records: &mut [TileRecord<T>],
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

impl<T: Scalar> Slot<T> {
    /// Computes some leaves, and keeps the partial sums of their gradients. Returns the state of the
    /// random numbers after a leaf that has drawn some.
    fn run(
        &mut self,
        job: &Job<'_, T>,
        leaves: Range<usize>,
        gradient: &mut Option<&mut [T]>,
        mut inputs: Option<InputGradients<'_, T>>,
        each: EachTile<'_, T>,
    ) -> Option<Rng> {
        let Self { workspace, sums } = self;
        let Job { batch, leaves: division, rng, .. } = *job;
        let scale = T::from_f64(1.0 / division.samples() as f64);
        let samples = |leaves: Range<usize>| {
            let first = division.positions(leaves.clone()).start;
            Samples { batch, positions: job.rows(leaves), first, scale }
        };
        let Some(rng) = rng else {
            workspace.compare(samples(leaves), each);
            return None;
        };
        let (mut drawn, parameters) = (None, workspace.parameters());
        for leaf in leaves {
            let samples = samples(leaf..leaf + 1);
            let (mut rng, start) = (rng.part(leaf), rng.part(leaf));
            let inputs = inputs.as_mut().map(|each| &mut **each as InputGradients<'_, T>);
            let own = match (leaf, &mut *gradient) {
                (0, Some(gradient)) => {
                    workspace.differentiate(samples, &mut rng, gradient, inputs, each);
                    None
                }
                _ => {
                    let mut sum = sums.zeros(parameters);
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
fn infer_in_parts<T: Scalar>(
    slots: &mut [Slot<T>],
    division: Leaves,
    leaves: Range<usize>,
    infer: &(impl Fn(&mut Slot<T>, Range<usize>) + Sync),
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
