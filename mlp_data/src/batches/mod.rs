//! Data that do not fit in memory, some samples at a time.

#[cfg(feature = "csv")]
mod csv;
mod epoch;
#[cfg(any(feature = "idx", feature = "npy"))]
mod tensors;

pub use epoch::Epoch;

use super::file_error::FileError;
use crate::scalar::Scalar;

/// Gives samples one after the other: where batches come from. A function is one that fills a sample and says whether
/// there was one.
pub trait SampleReader<T> {
    /// Writes the next sample: the inputs to `x` and the targets to `y`. Says `false` where there is none any more.
    ///
    /// # Errors
    /// If there is one, but it cannot be read.
    fn read(&mut self, x: &mut [T], y: &mut [T]) -> Result<bool, FileError>;
}

impl<T, F: FnMut(&mut [T], &mut [T]) -> Result<bool, FileError>> SampleReader<T> for F {
    fn read(&mut self, x: &mut [T], y: &mut [T]) -> Result<bool, FileError> {
        self(x, y)
    }
}

type Open<T> = dyn Fn() -> Result<Box<dyn SampleReader<T>>, FileError>;

/// Batches from files larger than memory, for `train_on_batch`. TensorFlow: `tf.data`, with `shuffle` and `batch`.
///
/// An [`epoch`](Self::epoch) reads the files once, from the beginning. Memory holds one batch and the samples to choose
/// from, whatever the size of the files.
///
/// ```
/// use mlp_core::data::{Batches, FileError};
///
/// # fn main() -> Result<(), FileError> {
/// // `Batches::csv("big.csv", …)`, `Batches::npy("x.npy", "y.npy")`, `Batches::idx("images.gz", "labels.gz")`, or:
/// let numbers = || {
///     let mut next = 0.0;
///     Ok(move |x: &mut [f32], y: &mut [f32]| {
///         (x[0], y[0], next) = (next, 2.0 * next, next + 1.0);
///         Ok(next <= 1000.0)
///     })
/// };
/// let batches = Batches::<f32, 1, 1>::new(numbers).batch_size(64).shuffle(256, 7);
/// let mut samples = 0;
/// for epoch in 0..3 {
///     for batch in batches.epoch(epoch)? {
///         let (x, y) = batch?;
///         assert_eq!(2.0 * &x, y);
///         // model.train_on_batch(&x, &y)?;
///         samples += x.nrows();
///     }
/// }
/// assert_eq!(samples, 3 * 1000);
/// # Ok(())
/// # }
/// ```
pub struct Batches<T: Scalar, const INPUTS: usize, const TARGETS: usize> {
    open: Box<Open<T>>,
    batch_size: usize,
    shuffle: usize,
    seed: u64,
    drop_remainder: bool,
}

impl<T: Scalar, const INPUTS: usize, const TARGETS: usize> Batches<T, INPUTS, TARGETS> {
    /// From a function that begins to read, once for each epoch.
    pub fn new<R: SampleReader<T> + 'static>(open: impl Fn() -> Result<R, FileError> + 'static) -> Self {
        let open = move || Ok(Box::new(open()?) as Box<dyn SampleReader<T>>);
        Self { open: Box::new(open), batch_size: 32, shuffle: 1, seed: 0, drop_remainder: false }
    }
    /// How many samples are given at a time: 32 unless told otherwise, at least one.
    pub fn batch_size(self, batch_size: usize) -> Self {
        Self { batch_size: batch_size.max(1), ..self }
    }
    /// Chooses each sample among so many that are held in memory, in another order each epoch. The order is random to
    /// the extent of the buffer: a file sorted by class wants one as large as the file. TensorFlow: `buffer_size`.
    pub fn shuffle(self, buffer: usize, seed: u64) -> Self {
        Self { shuffle: buffer.max(1), seed, ..self }
    }
    /// Leaves out the last batch if it has fewer samples than the others.
    pub fn drop_remainder(self, drop_remainder: bool) -> Self {
        Self { drop_remainder, ..self }
    }

    /// One pass over the files. The same number gives the same order.
    ///
    /// # Errors
    /// If a file cannot be opened or is not such as was asked for.
    pub fn epoch(&self, number: u64) -> Result<Epoch<T, INPUTS, TARGETS>, FileError> {
        Ok(Epoch::new((self.open)()?, self, number))
    }
}
