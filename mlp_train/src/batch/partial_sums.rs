//! Sums of the gradients of leaves, in a tree that depends on the number of leaves alone.
//!
//! ```text
//! push(leaf):                                // leaves come in order
//!     while the last sum is the sibling of this one: add this one to it, and continue with their sum
//! fold():
//!     add each sum to the one before it, from the last
//! ```
//!
//! Siblings are groups of 2ᵏ leaves that start at a multiple of 2ᵏ⁺¹ and 2ᵏ after it. So a worker adds up its leaves without
//! those of the others, and pushing the sums of all workers in order results in the same tree as one worker does.

use std::ops::Range;

use mlp_core::Scalar;
use mlp_core::kernels::add_scaled;

/// Sum of the gradients of a group of leaves.
pub(crate) struct PartialSum<T> {
    first: usize,
    leaves: usize,
    /// `None` for the gradient of the caller, which is that of leaf 0.
    sum: Option<Box<[T]>>,
}

impl<T> PartialSum<T> {
    /// Creates the sum of a single leaf.
    pub(crate) fn leaf(first: usize, sum: Option<Box<[T]>>) -> Self {
        Self { first, leaves: 1, sum }
    }

    fn group(&self) -> Group {
        (self.first, self.leaves)
    }
}

/// The first leaf and the number of leaves of a group.
pub(crate) type Group = (usize, usize);

/// Returns whether two groups form one of twice the size.
pub(crate) fn are_siblings((left, leaves): Group, (right, others): Group) -> bool {
    leaves == others && left + leaves == right && left.is_multiple_of(2 * leaves)
}

/// Returns the groups whose sums remain of a worker with these leaves.
pub(crate) fn groups(leaves: Range<usize>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for leaf in leaves {
        let mut right = (leaf, 1);
        while let Some(left) = groups.pop_if(|left| are_siblings(*left, right)) {
            right = (left.0, left.1 + right.1);
        }
        groups.push(right);
    }
    groups
}

/// Sums of consecutive groups of leaves, and memory for more.
pub(crate) struct PartialSums<T> {
    sums: Vec<PartialSum<T>>,
    free: Vec<Box<[T]>>,
    /// Number of sums that were allocated.
    allocated: usize,
}

/// Depth of the trees that need no further allocation.
const DEPTH: usize = 64;

impl<T: Scalar> PartialSums<T> {
    pub(crate) fn new() -> Self {
        Self { sums: Vec::with_capacity(DEPTH), free: Vec::with_capacity(DEPTH), allocated: 0 }
    }

    /// Returns a gradient of zeros.
    pub(crate) fn zeros(&mut self, parameters: usize) -> Box<[T]> {
        match self.free.pop() {
            Some(mut sum) => {
                sum.fill(T::zero());
                sum
            }
            None => {
                self.allocated += 1;
                vec![T::zero(); parameters].into_boxed_slice()
            }
        }
    }

    /// Adds the sum of the leaves that follow. `gradient` is that of the caller, if it is among the sums.
    pub(crate) fn push(&mut self, mut right: PartialSum<T>, gradient: &mut Option<&mut [T]>) {
        while let Some(left) = self.sums.pop_if(|left| are_siblings(left.group(), right.group())) {
            right = self.add(left, right, gradient);
        }
        self.sums.push(right);
    }

    /// Moves the sums of the leaves that follow.
    pub(crate) fn append(&mut self, other: &mut Self, gradient: &mut Option<&mut [T]>) {
        for right in other.sums.drain(..) {
            self.push(right, gradient);
        }
    }

    /// Returns the memory of sums that were appended, for the next batch.
    pub(crate) fn give_back(&mut self, other: &mut Self) {
        while other.free.len() < other.allocated
            && let Some(sum) = self.free.pop()
        {
            other.free.push(sum);
        }
    }

    /// Calls `each` with every sum. `gradient` is that of the caller, if it is among them.
    pub(crate) fn for_each(&self, gradient: &[T], mut each: impl FnMut(&[T])) {
        for PartialSum { sum, .. } in &self.sums {
            each(sum.as_deref().unwrap_or(gradient));
        }
    }

    /// Removes all sums.
    pub(crate) fn clear(&mut self) {
        self.free.extend(self.sums.drain(..).filter_map(|partial| partial.sum));
    }

    /// Adds all sums to the first one, that of the caller.
    pub(crate) fn fold(&mut self, gradient: &mut Option<&mut [T]>) {
        while let Some(right) = self.sums.pop() {
            let Some(left) = self.sums.pop() else {
                self.free.extend(right.sum);
                return;
            };
            let sum = self.add(left, right, gradient);
            self.sums.push(sum);
        }
    }

    fn add(&mut self, mut left: PartialSum<T>, right: PartialSum<T>, gradient: &mut Option<&mut [T]>) -> PartialSum<T> {
        left.leaves += right.leaves;
        if let (Some(sum), Some(right)) = (left.sum.as_deref_mut().or(gradient.as_deref_mut()), right.sum) {
            add_scaled(sum, &right, 1.0);
            self.free.push(right);
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::leaves::share;
    use nalgebra::SVector;

    type Gradient = SVector<f32, 3>;

    /// Returns the gradient of a leaf, such that the order of the additions matters.
    fn leaf(index: usize) -> Gradient {
        Gradient::from_fn(|row, _| ((index * 3 + row) as f32 * 1.7).sin() * 10_f32.powi(index as i32 % 7))
    }

    /// Returns the sum of `leaves` leaves by some workers.
    fn sum(leaves: usize, workers: usize) -> Gradient {
        let mut gradient = leaf(0);
        let mut total = PartialSums::<f32>::new();
        let mut all: Vec<_> = (0..workers).map(|_| PartialSums::new()).collect();
        for (worker, sums) in all.iter_mut().enumerate() {
            let leaves = share(0..leaves, worker, workers);
            for index in leaves.clone() {
                if index == 0 {
                    sums.push(PartialSum::leaf(0, None), &mut Some(gradient.as_mut_slice()));
                } else {
                    let mut own = sums.zeros(3);
                    own.copy_from_slice(leaf(index).as_slice());
                    let mut gradient = (worker == 0).then_some(gradient.as_mut_slice());
                    sums.push(PartialSum::leaf(index, Some(own)), &mut gradient);
                }
            }
            assert!(sums.sums.iter().map(PartialSum::group).eq(groups(leaves)));
            total.append(sums, &mut Some(gradient.as_mut_slice()));
        }
        total.fold(&mut Some(gradient.as_mut_slice()));
        assert!(total.sums.is_empty());
        for sums in &mut all {
            total.give_back(sums);
            assert_eq!(sums.free.len(), sums.allocated, "the memory comes back");
        }
        gradient
    }

    /// Returns the sum in the tree that splits at the largest power of two.
    fn tree(first: usize, leaves: usize) -> Gradient {
        if leaves == 1 {
            return leaf(first);
        }
        let half = leaves.next_power_of_two() / 2;
        tree(first, half) + tree(first + half, leaves - half)
    }

    #[test]
    fn any_number_of_workers_computes_the_same_tree() {
        for leaves in 1..40 {
            for workers in 1..10 {
                assert_eq!(sum(leaves, workers), tree(0, leaves), "{leaves} leaves, {workers} workers");
            }
        }
    }

    #[test]
    fn another_order_has_other_bits() {
        let in_order = (1..20).map(leaf).fold(leaf(0), |sum, leaf| sum + leaf);
        assert_ne!(in_order, tree(0, 20), "the test above could not fail");
    }
}
