//! The peak of this core: the loop that benchmarks compare the kernels with.

use super::dispatch::Kernel;
use super::vector::Vector;

/// Number of independent chains of multiply-adds: enough to keep every unit busy despite the latency.
const CHAINS: usize = 12;

/// `rounds` multiply-adds in every chain, all in registers.
pub(crate) struct MultiplyAdds {
    pub(crate) rounds: usize,
}

impl<T: num_traits::Float> Kernel<T> for MultiplyAdds {
    type Output = f64;

    /// Returns the number of floating-point operations.
    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) -> f64 {
        let half = V::splat(T::one() / (T::one() + T::one()));
        let mut chains = [half; CHAINS];
        for _ in 0..self.rounds {
            for chain in &mut chains {
                *chain = chain.mul_add(half, half);
            }
        }
        let total = chains.into_iter().fold(half, V::add);
        core::hint::black_box(total.sum());
        (2 * CHAINS * V::LANES * self.rounds) as f64
    }
}
