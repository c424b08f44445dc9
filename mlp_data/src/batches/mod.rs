//! Batches of data that do not fit in memory.

#[cfg(feature = "csv")]
mod csv;
mod epoch;
#[cfg(feature = "idx")]
mod idx;
#[cfg(feature = "npy")]
mod npy;
mod paired_files;

pub use epoch::Epoch;

use super::error::FileError;
use mlp_core::Scalar;

/// Source of samples, one after the other. Closures of the form of [`read`](Self::read) implement it.
pub trait SampleReader<T> {
    /// Writes the inputs of the next sample to `x` and its targets to `y`. Returns `false` after the last sample.
    ///
    /// # Errors
    /// Returns an error if the next sample cannot be read.
    fn read(&mut self, x: &mut [T], y: &mut [T]) -> Result<bool, FileError>;
}

impl<T, F: FnMut(&mut [T], &mut [T]) -> Result<bool, FileError>> SampleReader<T> for F {
    fn read(&mut self, x: &mut [T], y: &mut [T]) -> Result<bool, FileError> {
        self(x, y)
    }
}

type Open<T> = dyn Fn() -> Result<Box<dyn SampleReader<T>>, FileError>;

/// Batches from files larger than memory, for `train_on_batch`. TensorFlow: `tf.data` with `shuffle` and `batch`.
///
/// An [`epoch`](Self::epoch) reads the files once, from the start. Only one batch and the shuffle buffer are in memory,
/// for any file size.
///
/// ```
/// # mod mlp { pub mod data { pub use mlp_data::{Batches, FileError}; } }
/// use mlp::data::{Batches, FileError};
///
/// # fn main() -> Result<(), FileError> {
/// // `Batches::csv("big.csv", …)`, `Batches::npy("x.npy", "y.npy")`, `Batches::idx("images.gz", "labels.gz")`, or:
/// let open = || {
///     let mut next = 0.0;
///     Ok(move |x: &mut [f32], y: &mut [f32]| {
///         x[0] = next;
///         y[0] = 2.0 * next;
///         next += 1.0;
///         Ok(next <= 1000.0)
///     })
/// };
/// let batches = Batches::<f32, 1, 1>::new(open).batch_size(64).shuffle(256, 7);
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
    /// Creates batches from a function that starts to read. It is called once per epoch.
    pub fn new<R: SampleReader<T> + 'static>(open: impl Fn() -> Result<R, FileError> + 'static) -> Self {
        let open = move || Ok(Box::new(open()?) as Box<dyn SampleReader<T>>);
        Self { open: Box::new(open), batch_size: 32, shuffle: 1, seed: 0, drop_remainder: false }
    }
    /// Sets the number of samples per batch. Defaults to 32; the minimum is 1.
    #[must_use]
    pub fn batch_size(self, batch_size: usize) -> Self {
        Self { batch_size: batch_size.max(1), ..self }
    }
    /// Draws each sample from a buffer of the next `buffer` samples, in a different order each epoch. TensorFlow:
    /// `buffer_size`.
    ///
    /// The order is only as random as the buffer is large: a file sorted by class needs a buffer as large as the file.
    #[must_use]
    pub fn shuffle(self, buffer: usize, seed: u64) -> Self {
        Self { shuffle: buffer.max(1), seed, ..self }
    }
    /// Sets whether the last batch is dropped if it has fewer samples. Defaults to `false`.
    #[must_use]
    pub fn drop_remainder(self, drop_remainder: bool) -> Self {
        Self { drop_remainder, ..self }
    }

    /// Starts a pass over the files. The same `epoch` has the same order.
    ///
    /// # Errors
    /// Returns an error if a file cannot be opened or does not have the expected shape.
    pub fn epoch(&self, epoch: u64) -> Result<Epoch<T, INPUTS, TARGETS>, FileError> {
        Ok(Epoch::new((self.open)()?, self, epoch))
    }
}
