//! What generated code calls besides the traits.

use core::marker::PhantomData;

use nalgebra::SVector;
#[cfg(feature = "serde")]
pub use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::kernels::Epilogue;
use crate::layers::{Connection, Features, Fits, Joined, Layer, Shape, copy_numbers};
use crate::parameters::Parameters;
use crate::scalar::Scalar;
use crate::tile::{Tile, TileMut};
use crate::training::Network;

/// How many scalars a field has. That it compiles shows that the field is `Parameters` of the scalar `T`.
#[must_use]
pub const fn count<T: Scalar, P: Parameters<Scalar = T>>() -> usize {
    P::COUNT
}

/// How many scalars a marker has. That it compiles shows that it is one.
#[must_use]
pub const fn count_marker<M: Marker>() -> usize {
    0
}

/// `PhantomData`, and nothing else.
#[diagnostic::on_unimplemented(message = "this is not the `PhantomData` of `core`", label = "has a size or values")]
pub trait Marker {}

impl<T: ?Sized> Marker for PhantomData<T> {}

/// What a layer does last and the only one that takes its output goes back through.
#[must_use]
pub const fn handed_on<A: Layer, B: Layer>(_: &A, _: &B) -> Epilogue {
    if B::GOES_BACK_THROUGH_EPILOGUES { A::EPILOGUE } else { Epilogue::Identity }
}

/// A network with the initial weights of seed 0: what a macro's expression gives.
#[cfg(feature = "std")]
#[must_use]
pub fn new<N: Network>() -> Box<N> {
    N::new(0)
}

/// A network with the initial weights of seed 0: what a macro's expression gives, by value without a heap.
#[cfg(not(feature = "std"))]
#[must_use]
pub fn new<N: Network>() -> N {
    N::seeded(0)
}

/// A network as a macro makes one: on the heap, or by value without `std`.
#[cfg(feature = "std")]
pub type Made<N> = Box<N>;
/// A network as a macro makes one: on the heap, or by value without `std`.
#[cfg(not(feature = "std"))]
pub type Made<N> = N;

/// A network with these parameters, each number's lowest byte first.
#[must_use]
pub fn made<N: Network>(bytes: &[u8]) -> Made<N> {
    #[cfg(feature = "std")]
    let mut network = N::zeroed();
    #[cfg(not(feature = "std"))]
    let mut network = N::ZEROS;
    let size = size_of::<N::Scalar>();
    for (parameter, bytes) in network.as_mut_slice().iter_mut().zip(bytes.chunks_exact(size)) {
        let mut number = [0; 8];
        number[..size].copy_from_slice(bytes);
        let [a, b, c, d, ..] = number;
        let single = f64::from(f32::from_le_bytes([a, b, c, d]));
        *parameter = N::Scalar::from_f64(if size == 4 { single } else { f64::from_le_bytes(number) });
    }
    network
}

/// The largest of some sizes.
#[must_use]
pub fn largest<const N: usize>(sizes: [usize; N]) -> usize {
    sizes.into_iter().max().unwrap_or(0)
}

/// Puts values together in one tile, one after the other.
pub fn join<T: Copy, const COUNT: usize>(mut joined: TileMut<'_, T>, values: [Tile<'_, T>; COUNT]) {
    let mut first = 0;
    for value in values {
        joined.reborrow().part(first, value.features()).copy_from(value);
        first += value.features();
    }
}

/// [`Fits`](crate::layers::Fits) for sizes that are known only as types.
#[diagnostic::on_unimplemented(
    message = "this layer takes `{Takes}`, but is given `{Gives}`",
    label = "takes `{Takes}`, is given `{Gives}`"
)]
pub trait FitsAs<Gives: Shape, Takes: Shape> {
    /// The same sample: the shapes are equal.
    fn fit<T: Scalar>(sample: Gives::Sample<T>) -> Takes::Sample<T>;
}

impl<C, S: Shape> FitsAs<S, S> for C {
    #[inline(always)]
    fn fit<T: Scalar>(sample: S::Sample<T>) -> S::Sample<T> {
        sample
    }
}

/// Whether they are equal shows when the sizes are known.
impl<C, I: Shape, const N: usize> FitsAs<Joined<I>, Features<N>> for C {
    #[inline(always)]
    fn fit<T: Scalar>(sample: I::Sample<T>) -> SVector<T, N> {
        const { assert!(I::FEATURES == N, "a layer takes another number of features than it is given") };
        <Connection as Fits<N, N>>::fit::<T, I, Features<N>>(&sample)
    }
}

/// The features from `first` on, of one sample.
#[inline(always)]
#[must_use]
pub fn slice<T: Scalar, S: Shape, const COUNT: usize>(sample: &S::Sample<T>, first: usize) -> SVector<T, COUNT> {
    let mut slice = SVector::<T, COUNT>::zeros();
    copy_numbers::<T, S>(sample, first, slice.as_mut_slice());
    slice
}
