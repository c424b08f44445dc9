//! The most multiply-adds this core can do: what benchmarks measure the kernels against.

use super::dispatch::Kernel;
use super::vector::Vector;

/// Chains of multiply-adds that wait for nothing but themselves, enough of them to keep every unit busy.
const CHAINS: usize = 12;

/// Multiplies and adds in registers, `rounds` times in every chain.
pub(crate) struct MultiplyAdds {
    pub(crate) rounds: usize,
}

impl<T: num_traits::Float> Kernel<T> for MultiplyAdds {
    type Output = f64;

    /// How many floating-point operations that was.
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
