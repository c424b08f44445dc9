//! Random numbers of a generation, which follow from the seed, the generation, the pair and the chunk of parameters.

use core::ops::Range;

use mlp_core::{Parameters, Rng, Scalar as _};

use crate::seeds::mix;

/// Number of parameters that share a random number generator.
pub(super) const CHUNK: usize = 1024;

/// Perturbations of one generation.
#[derive(Clone, Copy)]
pub(super) struct Noise {
    pub(super) seed: u64,
    pub(super) generation: u64,
    pub(super) deviation: f64,
}

impl Noise {
    /// Writes a candidate: the network plus the perturbation of its pair, or minus it for an odd index.
    pub(super) fn perturb<N: Parameters>(self, network: &N, index: usize, ranges: &[Range<usize>], candidate: &mut N) {
        candidate.as_mut_slice().copy_from_slice(network.as_slice());
        let scale = if index.is_multiple_of(2) { self.deviation } else { -self.deviation };
        let mut numbers = [0.0; CHUNK];
        for (chunk, values) in candidate.as_mut_slice().chunks_mut(CHUNK).enumerate() {
            let start = chunk * CHUNK;
            self.draw(index / 2, chunk, &mut numbers[..values.len()]);
            for range in ranges {
                let first = range.start.clamp(start, start + values.len()) - start;
                let last = range.end.clamp(start, start + values.len()) - start;
                let numbers = &numbers[first..last];
                for (value, number) in values[first..last].iter_mut().zip(numbers) {
                    *value = N::Scalar::from_f64(value.to_f64() + scale * number);
                }
            }
        }
    }

    /// Draws the normal numbers of a chunk.
    pub(super) fn draw(self, pair: usize, chunk: usize, numbers: &mut [f64]) {
        let mut random = self.generator(pair, chunk as u64 + 1);
        numbers.fill_with(|| random.normal());
    }

    /// Returns the random numbers of the evaluation of both candidates of a pair.
    pub(super) fn evaluation(self, pair: usize) -> Rng {
        self.generator(pair, 0)
    }

    fn generator(self, pair: usize, stream: u64) -> Rng {
        Rng::new([self.generation, pair as u64, stream].into_iter().fold(self.seed, mix))
    }
}
