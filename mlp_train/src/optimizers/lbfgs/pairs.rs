use crate::heap::BoxedParameters as _;
use mlp_core::kernels::Update;
use mlp_core::layers::Module;
use mlp_core::optimizers::{Checkpoint, StateReader, StateWriter};

/// History of the last steps and the changes of the gradient over them: the curvature.
pub(super) struct Pairs<N> {
    pairs: Vec<Pair<N>>,
    known: usize,
}

struct Pair<N> {
    /// `s`
    step: Box<N>,
    /// `y`
    change: Box<N>,
    /// `s · y`
    product: f64,
    /// Result of the first loop for the second.
    weight: f64,
}

/// Min `s · y / (‖s‖ ‖y‖)` of a pair; below it, the curvature is not positive or lost in rounding.
const MIN_COSINE: f64 = 1e-9;

impl<N: Module> Pairs<N> {
    pub(super) fn new(history_size: usize) -> Self {
        let pair = |_| Pair { step: N::zeroed(), change: N::zeroed(), product: 0.0, weight: 0.0 };
        Self { pairs: (0..history_size).map(pair).collect(), known: 0 }
    }

    pub(super) fn clear(&mut self) {
        self.known = 0;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.known == 0
    }

    /// Adds a step, given the weights and the gradients before and after it. The oldest one is dropped if the history is
    /// full. A step along which the loss is not convex is skipped.
    pub(super) fn push(&mut self, weights: [&N; 2], gradients: [&N; 2]) {
        if self.pairs.is_empty() {
            return;
        }
        if self.known == self.pairs.len() {
            self.pairs.rotate_left(1);
            self.known -= 1;
        }
        let pair = &mut self.pairs[self.known];
        subtract(&mut *pair.step, weights);
        subtract(&mut *pair.change, gradients);
        pair.product = dot(&*pair.step, &*pair.change);
        let norms = (dot(&*pair.step, &*pair.step) * dot(&*pair.change, &*pair.change)).sqrt();
        if pair.product > MIN_COSINE * norms {
            self.known += 1;
        }
    }

    /// Sets `d = −H g` by the two-loop recursion: from the newest pair to the oldest, and back.
    ///
    /// Source: Nocedal, "Updating Quasi-Newton Matrices with Limited Storage", 1980.
    pub(super) fn direction(&mut self, gradient: &N, direction: &mut N) {
        let known = &mut self.pairs[..self.known];
        direction.as_mut_slice().copy_from_slice(gradient.as_slice());
        for pair in known.iter_mut().rev() {
            pair.weight = dot(&*pair.step, direction) / pair.product;
            add(direction, -pair.weight, &*pair.change);
        }
        let scale = known.last().map_or(1.0, |newest| newest.product / dot(&*newest.change, &*newest.change));
        N::Scalar::scale(direction.as_mut_slice(), scale);
        for pair in known {
            let weight = pair.weight - dot(&*pair.change, direction) / pair.product;
            add(direction, weight, &*pair.step);
        }
        N::Scalar::scale(direction.as_mut_slice(), -1.0);
    }
}

impl<N: Module> Checkpoint<N> for Pairs<N> {
    fn write(&self, writer: &mut dyn StateWriter<N>) {
        writer.count("pairs", self.known as u64);
        for (index, pair) in self.pairs[..self.known].iter().enumerate() {
            writer.values(&format!("step_{index}"), &pair.step);
            writer.values(&format!("change_{index}"), &pair.change);
            writer.number(&format!("product_{index}"), pair.product);
        }
    }

    fn read(&mut self, reader: &mut dyn StateReader<N>) {
        let mut known = self.known as u64;
        reader.count("pairs", &mut known);
        self.known = self.pairs.len().min(known as usize);
        for (index, pair) in self.pairs[..self.known].iter_mut().enumerate() {
            reader.values(&format!("step_{index}"), &mut pair.step);
            reader.values(&format!("change_{index}"), &mut pair.change);
            reader.number(&format!("product_{index}"), &mut pair.product);
        }
    }
}

fn subtract<N: Module>(difference: &mut N, [before, after]: [&N; 2]) {
    difference.as_mut_slice().copy_from_slice(after.as_slice());
    add(difference, -1.0, before);
}

pub(super) fn dot<N: Module>(a: &N, b: &N) -> f64 {
    N::Scalar::dot(a.as_slice(), b.as_slice())
}

/// `x ← x + w y`
pub(super) fn add<N: Module>(x: &mut N, weight: f64, y: &N) {
    mlp_core::kernels::add_scaled(x.as_mut_slice(), y.as_slice(), weight);
}
