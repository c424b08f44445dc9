//! Rows that move to the ranks that compute their leaves.

use std::ops::Range;

use mlp_core::layers::Shape;
use mlp_core::{Scalar, TileBuffer as _, TileMut};

use crate::batch::{Leaves, TILE_SAMPLES, share};
use crate::dataset::{Batch, Data, Dataset, Rows};
use crate::fit::plan::EpochRows;
use crate::heap::Buffer;
use crate::ranks::{Communicator, Reader, gather, put};

/// Size of the rows that travel in one message of all ranks, in bytes.
const MAX_BYTES: usize = 1 << 28;

/// The rows of all ranks: those of rank 0, then those of rank 1, and so on.
#[derive(Clone)]
pub(super) struct Shards<'a> {
    communicator: &'a dyn Communicator,
    /// Index of the first row of each rank, and the number of rows.
    starts: Vec<usize>,
}

/// Rows in the order of training, and the ranks that receive them.
pub(super) struct Division<'a> {
    /// Row of each position. Empty for the rows from `first` on.
    pub(super) order: &'a [usize],
    pub(super) positions: Range<usize>,
    pub(super) batch_size: usize,
    /// Leaves of a batch of so many samples. `None` if all ranks receive all rows.
    pub(super) leaves: Option<fn(usize) -> Leaves>,
}

/// Rows that this rank has received.
pub(super) struct ReceivedRows<T> {
    x: RowMajor<T>,
    y: RowMajor<T>,
    weights: Option<Vec<T>>,
    /// Index of the first row of each batch, and the number of rows.
    batches: Vec<usize>,
}

/// Rows one after the other, of any shape.
struct RowMajor<T>(Vec<T>);

impl<T: Scalar, S: Shape> Data<T, S> for RowMajor<T> {
    fn samples(&self) -> usize {
        self.0.len() / S::FEATURES
    }

    fn get(&self, sample: usize, feature: usize) -> T {
        self.0[sample * S::FEATURES + feature]
    }

    fn copy_to(&self, rows: Rows<'_>, mut tile: TileMut<'_, T>) {
        for feature in 0..S::FEATURES {
            let values = rows.iter().map(|row| self.0[row * S::FEATURES + feature]);
            tile.feature(feature).iter_mut().zip(values).for_each(|(target, value)| *target = value);
        }
    }
}

impl<T: Scalar, X: Shape, Y: Shape> EpochRows<T, X, Y> for ReceivedRows<T> {
    fn batch(&self, index: usize) -> Batch<'_, T, X, Y> {
        let data = Dataset { x: &self.x, y: &self.y, weights: self.weights.as_deref() };
        Batch { data, rows: Rows::Range(self.batches[index]..self.batches[index + 1]) }
    }
}

impl<'a> Shards<'a> {
    /// Creates the shards of ranks, each with its count of rows.
    pub(super) fn new(communicator: &'a dyn Communicator, samples: &[usize]) -> Self {
        let mut starts = vec![0];
        starts.extend(samples.iter().scan(0, |sum, samples| {
            *sum += samples;
            Some(*sum)
        }));
        Self { communicator, starts }
    }

    /// Creates the shards of ranks, given the number of rows of this one.
    pub(super) fn gather(communicator: &'a dyn Communicator, samples: usize) -> Self {
        let rows = gather(communicator, &(samples as u64).to_ne_bytes());
        let rows = rows.iter().map(|bytes| bytes.first_chunk().map_or(0, |&bytes| u64::from_ne_bytes(bytes) as usize));
        Self::new(communicator, &rows.collect::<Vec<_>>())
    }

    /// Returns the number of rows of all ranks.
    pub(super) fn samples(&self) -> usize {
        self.starts[self.communicator.size()]
    }

    /// Sends the rows of this rank to the ranks that need them, and receives those that this rank needs.
    pub(super) fn receive<T: Scalar, X: Shape, Y: Shape>(
        &self,
        data: Dataset<'_, T, X, Y>,
        division: &Division<'_>,
    ) -> ReceivedRows<T> {
        let (own, size) = (self.communicator.rank(), self.communicator.size());
        let bytes = (X::FEATURES + Y::FEATURES + usize::from(data.weights.is_some())) * size_of::<T>();
        let mut received = ReceivedRows {
            x: RowMajor(Vec::new()),
            y: RowMajor(Vec::new()),
            weights: data.weights.map(|_| Vec::new()),
            batches: vec![0],
        };
        let (owners, positions) = (division.owners(size), division.positions.len());
        let chunk = (MAX_BYTES / bytes).max(1);
        for start in (0..positions).step_by(chunk) {
            let moves = self.moves(division, &owners, start..positions.min(start + chunk));
            let (mut message, mut sent) = (Vec::new(), Vec::new());
            for rows in &moves.sent {
                let before = message.len();
                put_rows(&mut message, data, rows);
                sent.push(message.len() - before);
            }
            let count = |rank| bytes * moves.sources.iter().filter(|&&source| source == rank).count();
            let counts: Vec<_> = (0..size).map(count).collect();
            let mut all = vec![0; counts.iter().sum()];
            self.communicator.all_to_all(&message, &sent, &mut all, &counts);
            received.add::<X, Y>(&all, &counts, &moves.sources);
        }
        received.batches.extend(division.batch_ends(own, size));
        received
    }

    /// Returns the moves of the rows at some positions.
    fn moves(&self, division: &Division<'_>, owners: &Owners, positions: Range<usize>) -> Moves {
        let own = self.communicator.rank();
        let mut moves = Moves { sent: vec![Vec::new(); self.communicator.size()], sources: Vec::new() };
        for position in positions {
            let ((source, row), owner) = (self.source(division.row(position)), owners.owner(position));
            match owner {
                Some(owner) if source == own => moves.sent[owner].push(row),
                None if source == own => moves.sent.iter_mut().for_each(|rows| rows.push(row)),
                _ => {}
            }
            if owner.is_none_or(|owner| owner == own) {
                moves.sources.push(source);
            }
        }
        moves
    }

    /// Returns the rank of a row, and its index there.
    fn source(&self, row: usize) -> (usize, usize) {
        let rank = self.starts.partition_point(|&start| start <= row) - 1;
        (rank, row - self.starts[rank])
    }
}

/// Rows that this rank sends and receives.
struct Moves {
    /// Rows of this rank for each rank.
    sent: Vec<Vec<usize>>,
    /// Rank of each received row.
    sources: Vec<usize>,
}

impl Division<'_> {
    fn row(&self, position: usize) -> usize {
        self.order.get(position).copied().unwrap_or(self.positions.start + position)
    }

    /// Returns the positions of each batch.
    fn batches(&self) -> impl Iterator<Item = Range<usize>> {
        let samples = self.positions.len();
        (0..samples)
            .step_by(self.batch_size)
            .map(move |start| start..samples.min(start.saturating_add(self.batch_size)))
    }

    fn owners(&self, size: usize) -> Owners {
        let Some(leaves) = self.leaves else { return Owners(Vec::new()) };
        let mut ends = Vec::new();
        for batch in self.batches() {
            let leaves = leaves(batch.len());
            for rank in 0..size {
                let end = leaves.positions(share(0..leaves.count(), rank, size)).end;
                ends.push((batch.start + end, rank));
            }
        }
        Owners(ends)
    }

    /// Returns the number of rows that a rank receives up to the end of each batch.
    fn batch_ends(&self, rank: usize, size: usize) -> Vec<usize> {
        let mut sum = 0;
        let own = |batch: Range<usize>| match self.leaves {
            Some(leaves) => {
                let leaves = leaves(batch.len());
                leaves.positions(share(0..leaves.count(), rank, size)).len()
            }
            None => batch.len(),
        };
        let mut add = |batch| {
            sum += own(batch);
            sum
        };
        self.batches().map(&mut add).collect()
    }
}

/// Ends of the positions of consecutive ranks. Empty if all ranks own all positions.
struct Owners(Vec<(usize, usize)>);

impl Owners {
    fn owner(&self, position: usize) -> Option<usize> {
        self.0.get(self.0.partition_point(|&(end, _)| end <= position)).map(|&(_, rank)| rank)
    }
}

impl<T: Scalar> ReceivedRows<T> {
    /// Adds rows in the order of their sources. `counts` has the bytes of each source in `all`.
    fn add<X: Shape, Y: Shape>(&mut self, all: &[u8], counts: &[usize], sources: &[usize]) {
        let mut rest = all;
        let mut split = |&count: &usize| {
            let (message, after) = rest.split_at(count);
            rest = after;
            Reader::new(message)
        };
        let mut readers: Vec<_> = counts.iter().map(&mut split).collect();
        for &source in sources {
            let reader = &mut readers[source];
            read(&mut self.x.0, X::FEATURES, reader);
            read(&mut self.y.0, Y::FEATURES, reader);
            if let Some(weights) = &mut self.weights {
                read(weights, 1, reader);
            }
        }
    }
}

fn read<T: Scalar>(values: &mut Vec<T>, count: usize, reader: &mut Reader<'_>) {
    let start = values.len();
    values.resize(start + count, T::zero());
    reader.copy_to(&mut values[start..]);
}

/// Appends rows to a message, each with its input, target and weight.
fn put_rows<T: Scalar, X: Shape, Y: Shape>(message: &mut Vec<u8>, data: Dataset<'_, T, X, Y>, rows: &[usize]) {
    let (mut x, mut y) = (Buffer::new(X::FEATURES, TILE_SAMPLES), Buffer::new(Y::FEATURES, TILE_SAMPLES));
    let mut values = Vec::new();
    for rows in rows.chunks(TILE_SAMPLES) {
        data.x.copy_to(Rows::Listed(rows), x.tile_mut(X::FEATURES, rows.len()));
        data.y.copy_to(Rows::Listed(rows), y.tile_mut(Y::FEATURES, rows.len()));
        let (x, y) = (x.tile(X::FEATURES, rows.len()), y.tile(Y::FEATURES, rows.len()));
        for (sample, &row) in rows.iter().enumerate() {
            values.clear();
            values.extend((0..X::FEATURES).map(|feature| x.feature(feature)[sample]));
            values.extend((0..Y::FEATURES).map(|feature| y.feature(feature)[sample]));
            values.extend(data.weights.map(|weights| weights[row]));
            put(message, &values);
        }
    }
}
