//! Sums of losses and gradients over ranks.
//!
//! Each rank sends the partial sums of its leaves, and all ranks add them in the tree of [`partial_sums`](super::partial_sums).
//! Small networks travel whole, in one message. Of larger ones, each rank adds up one part of the parameters, and then all
//! receive the parts: twice the size of the network for any number of ranks.

use std::ops::Range;

use mlp_core::Scalar;

use super::leaves::{Leaves, share};
use super::partial_sums::{Group, PartialSums, are_siblings, groups};
use super::tile_record::TileRecord;
use crate::ranks::{Communicator, Reader, put};

/// Largest size of all partial sums that travel whole.
const MAX_WHOLE_BYTES: usize = 1 << 16;

/// A batch that several ranks share.
pub(crate) struct SharedBatch<'a, T> {
    pub(crate) reduction: &'a dyn Reduction<T>,
    /// Number of samples of all ranks.
    pub(crate) samples: usize,
}

impl<T> Clone for SharedBatch<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for SharedBatch<'_, T> {}

/// Sums over the ranks that share a batch. It is a trait, so that only programs with ranks contain its code.
pub(crate) trait Reduction<T> {
    /// Returns the leaves of this rank.
    fn own(&self, leaves: Leaves) -> Range<usize>;

    /// Sends the losses of the own tiles, and receives those of the others. `draws` becomes the max of all
    /// ranks.
    fn losses(&self, leaves: Leaves, records: &mut [TileRecord<T>], outputs: usize, draws: &mut u64);

    /// Sends the predictions, targets and weights of the own tiles, and receives those of the others.
    fn pairs(&self, leaves: Leaves, records: &mut [TileRecord<T>], features: (usize, usize), is_weighted: bool);

    /// Sets the gradient to the sum over all ranks, of which this rank has the partial sums `sums`.
    fn gradient(&self, leaves: Leaves, sums: &mut PartialSums<T>, gradient: &mut [T]);
}

impl<T: Scalar> Reduction<T> for &dyn Communicator {
    fn own(&self, leaves: Leaves) -> Range<usize> {
        Exchange { communicator: *self, leaves }.own()
    }
    fn losses(&self, leaves: Leaves, records: &mut [TileRecord<T>], outputs: usize, draws: &mut u64) {
        Exchange { communicator: *self, leaves }.losses(records, outputs, draws);
    }
    fn pairs(&self, leaves: Leaves, records: &mut [TileRecord<T>], features: (usize, usize), is_weighted: bool) {
        Exchange { communicator: *self, leaves }.pairs(records, features, is_weighted);
    }
    fn gradient(&self, leaves: Leaves, sums: &mut PartialSums<T>, gradient: &mut [T]) {
        Exchange { communicator: *self, leaves }.gradient(sums, gradient);
    }
}

/// The ranks of a batch, and the leaves of each.
#[derive(Clone, Copy)]
struct Exchange<'a> {
    communicator: &'a dyn Communicator,
    leaves: Leaves,
}

impl Exchange<'_> {
    /// Returns the leaves of a rank.
    fn share(self, rank: usize) -> Range<usize> {
        share(0..self.leaves.count(), rank, self.communicator.size())
    }

    fn own(self) -> Range<usize> {
        self.share(self.communicator.rank())
    }

    /// Returns the tiles of a rank.
    fn tiles(self, rank: usize) -> Range<usize> {
        let Range { start, end } = self.share(rank);
        self.leaves.tiles(0..start)..self.leaves.tiles(0..end)
    }

    fn ranks(self) -> Range<usize> {
        0..self.communicator.size()
    }

    fn losses<T: Scalar>(self, records: &mut [TileRecord<T>], outputs: usize, draws: &mut u64) {
        let width = (1 + outputs) * size_of::<f64>();
        let mut message = draws.to_ne_bytes().to_vec();
        for record in &records[self.tiles(self.communicator.rank())] {
            put(&mut message, &[record.losses.total]);
            put(&mut message, &record.losses.outputs[..outputs]);
        }
        let counts: Vec<_> = self.ranks().map(|rank| size_of::<u64>() + width * self.tiles(rank).len()).collect();
        let mut all = vec![0; counts.iter().sum()];
        self.communicator.all_gather(&message, &mut all, &counts);
        let mut rest = &all[..];
        for (rank, count) in self.ranks().zip(counts) {
            let (message, after) = rest.split_at(count);
            rest = after;
            let (first, message) = message.split_first_chunk().unwrap_or((&[0; 8], &[]));
            *draws = u64::from_ne_bytes(*first).max(*draws);
            let mut reader = Reader::new(message);
            for record in &mut records[self.tiles(rank)] {
                reader.copy_to(std::slice::from_mut(&mut record.losses.total));
                reader.copy_to(&mut record.losses.outputs[..outputs]);
            }
        }
    }

    fn pairs<T: Scalar>(self, records: &mut [TileRecord<T>], features: (usize, usize), is_weighted: bool) {
        let mut message = Vec::new();
        for record in &records[self.tiles(self.communicator.rank())] {
            record.put(&mut message);
        }
        let width = (features.0 + features.1 + usize::from(is_weighted)) * size_of::<T>();
        let samples = |rank| self.leaves.positions(self.share(rank)).len();
        let counts: Vec<_> = self.ranks().map(|rank| width * samples(rank)).collect();
        let mut all = vec![0; counts.iter().sum()];
        self.communicator.all_gather(&message, &mut all, &counts);
        let mut reader = Reader::new(&all);
        let mut tile = 0;
        for leaf in 0..self.leaves.count() {
            for samples in self.leaves.tile_sizes(leaf) {
                records[tile].read(&mut reader, features, samples, is_weighted);
                tile += 1;
            }
        }
    }

    fn gradient<T: Scalar>(self, sums: &mut PartialSums<T>, gradient: &mut [T]) {
        let ranks: Vec<Vec<_>> = self.ranks().map(|rank| groups(self.share(rank))).collect();
        let sums_of_all: usize = ranks.iter().map(Vec::len).sum();
        if sums_of_all * size_of_val(gradient) <= MAX_WHOLE_BYTES {
            let mut message = Vec::new();
            sums.for_each(gradient, |sum| put(&mut message, sum));
            let counts: Vec<_> = ranks.iter().map(|groups| groups.len() * size_of_val(gradient)).collect();
            let mut all = vec![0; counts.iter().sum()];
            self.communicator.all_gather(&message, &mut all, &counts);
            sums.clear();
            add_in_tree(&ranks, &mut Reader::new(&all), gradient);
        } else {
            self.gradient_in_parts(&ranks, sums, gradient);
        }
    }

    fn gradient_in_parts<T: Scalar>(self, ranks: &[Vec<Group>], sums: &mut PartialSums<T>, gradient: &mut [T]) {
        let (scalar, count) = (size_of::<T>(), gradient.len());
        let parts: Vec<_> = self.ranks().map(|rank| share(0..count, rank, self.communicator.size())).collect();
        let (mut message, mut sent) = (Vec::new(), Vec::new());
        for part in &parts {
            let before = message.len();
            sums.for_each(gradient, |sum| put(&mut message, &sum[part.clone()]));
            sent.push(message.len() - before);
        }
        let own = parts[self.communicator.rank()].clone();
        let received: Vec<_> = ranks.iter().map(|groups| groups.len() * own.len() * scalar).collect();
        let mut all = vec![0; received.iter().sum()];
        self.communicator.all_to_all(&message, &sent, &mut all, &received);
        sums.clear();
        add_in_tree(ranks, &mut Reader::new(&all), &mut gradient[own.clone()]);
        message.clear();
        put(&mut message, &gradient[own]);
        let counts: Vec<_> = parts.iter().map(|part| part.len() * scalar).collect();
        all.resize(counts.iter().sum(), 0);
        self.communicator.all_gather(&message, &mut all, &counts);
        Reader::new(&all).copy_to(gradient);
    }
}

/// Reads the partial sums of all ranks, and sets `target` to their sum in the tree.
fn add_in_tree<T: Scalar>(ranks: &[Vec<Group>], reader: &mut Reader<'_>, target: &mut [T]) {
    let mut stack: Vec<GroupSum<T>> = Vec::new();
    for &group in ranks.iter().flatten() {
        let mut right = (group, vec![T::zero(); target.len()]);
        reader.copy_to(&mut right.1);
        while let Some(left) = stack.pop_if(|left| are_siblings(left.0, right.0)) {
            right = add(left, &right);
        }
        stack.push(right);
    }
    while let Some(right) = stack.pop() {
        match stack.pop() {
            Some(left) => stack.push(add(left, &right)),
            None => target.copy_from_slice(&right.1),
        }
    }
}

type GroupSum<T> = (Group, Vec<T>);

fn add<T: Scalar>((group, mut sum): GroupSum<T>, right: &GroupSum<T>) -> GroupSum<T> {
    sum.iter_mut().zip(&right.1).for_each(|(sum, &value)| *sum += value);
    ((group.0, group.1 + right.0.1), sum)
}
