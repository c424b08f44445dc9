use core::mem;

use nalgebra::{Const, Dyn};

use super::{Batches, SampleReader};
use crate::Batch;
use crate::error::FileError;
use mlp_core::Rng;
use mlp_core::Scalar;

/// Iterator over the batches of one pass over files. It ends after an error.
pub struct Epoch<T: Scalar, const INPUTS: usize, const TARGETS: usize> {
    reader: Option<Box<dyn SampleReader<T>>>,
    /// Shuffle buffer: the inputs and targets of each sample, in turn.
    buffer: Vec<T>,
    capacity: usize,
    rng: Rng,
    batch_size: usize,
    drop_remainder: bool,
}

impl<T: Scalar, const INPUTS: usize, const TARGETS: usize> Epoch<T, INPUTS, TARGETS> {
    const WIDTH: usize = INPUTS + TARGETS;

    pub(super) fn new(reader: Box<dyn SampleReader<T>>, batches: &Batches<T, INPUTS, TARGETS>, epoch: u64) -> Self {
        Self {
            reader: Some(reader),
            buffer: Vec::new(),
            capacity: batches.shuffle,
            // With `seed + epoch`, neighboring seeds would share epochs.
            rng: Rng::new(batches.seed ^ epoch.wrapping_mul(0x9E37_79B9_7F4A_7C15)),
            batch_size: batches.batch_size,
            drop_remainder: batches.drop_remainder,
        }
    }

    /// Reads samples until the shuffle buffer is full.
    fn fill(&mut self) -> Result<(), FileError> {
        while self.reader.is_some() && self.buffer.len() < self.capacity.saturating_mul(Self::WIDTH) {
            let start = self.buffer.len();
            self.buffer.resize(start + Self::WIDTH, T::zero());
            let (x, y) = self.buffer[start..].split_at_mut(INPUTS);
            let read = self.reader.as_mut().map_or(Ok(false), |reader| reader.read(x, y));
            if !matches!(read, Ok(true)) {
                self.buffer.truncate(start);
                self.reader = None;
            }
            read?;
        }
        Ok(())
    }

    /// Moves a random sample of the buffer to the end of the batch. The last sample of the buffer replaces it.
    fn draw(&mut self, batch: &mut Vec<T>) {
        let samples = self.buffer.len() / Self::WIDTH;
        let drawn = if self.capacity > 1 { self.rng.below(samples) } else { 0 };
        let start = drawn * Self::WIDTH;
        let last = (samples - 1) * Self::WIDTH;
        batch.extend_from_slice(&self.buffer[start..start + Self::WIDTH]);
        self.buffer.copy_within(last.., start);
        self.buffer.truncate(last);
    }

    fn samples(&mut self) -> Result<Vec<T>, FileError> {
        let mut batch = Vec::new();
        while batch.len() < self.batch_size.saturating_mul(Self::WIDTH) {
            self.fill()?;
            if self.buffer.is_empty() {
                break;
            }
            self.draw(&mut batch);
        }
        Ok(batch)
    }
}

impl<T: Scalar, const INPUTS: usize, const TARGETS: usize> Iterator for Epoch<T, INPUTS, TARGETS> {
    type Item = Result<(Batch<T, INPUTS>, Batch<T, TARGETS>), FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        const { assert!(INPUTS + TARGETS > 0, "a sample must have at least one value") };
        let batch = match self.samples() {
            Ok(batch) => batch,
            Err(error) => {
                drop(mem::take(&mut self.buffer));
                return Some(Err(error));
            }
        };
        let rows = batch.len() / Self::WIDTH;
        if rows == 0 || (self.drop_remainder && rows < self.batch_size) {
            return None;
        }
        let x = Batch::from_fn_generic(Dyn(rows), Const, |row, column| batch[row * Self::WIDTH + column]);
        let y = Batch::from_fn_generic(Dyn(rows), Const, |row, column| batch[row * Self::WIDTH + INPUTS + column]);
        Some(Ok((x, y)))
    }
}
