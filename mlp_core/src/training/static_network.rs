//! What every network can do without a heap, whatever the macro made of it.

use crate::layers::{Call, Layer, Shape, Summary};
use crate::random::Rng;

use super::batch::predict_one;

/// A layer made of layers, as `sequential!` and `functional!` write it. With `std` it can do much more.
pub trait Network: Layer {
    /// Its name in a summary.
    const NAME: &'static str;
    /// Which macro made it: `Sequential`.
    const KIND: &'static str;
    /// The names of its outputs.
    const OUTPUTS: &'static [&'static str];
    /// Which layers are called on what, in order.
    const CALLS: &'static [Call];

    /// Adds its layers to a summary, of which without `std` there is none.
    fn rows(options: &Self::Options, summary: &mut Summary);

    /// A network with the initial weights of a seed, by value.
    fn seeded(seed: u64) -> Self {
        let mut network = Self::ZEROS;
        network.initialize(&Self::Options::default(), &mut Rng::new(seed));
        network
    }

    /// The prediction for one sample: the shortest way through the network.
    #[inline]
    fn predict_one(
        &self,
        sample: impl Into<<Self::Input as Shape>::Sample<Self::Scalar>>,
    ) -> <Self::Output as Shape>::Sample<Self::Scalar> {
        predict_one(self, &Self::Options::default(), &sample.into())
    }
}
