use core::mem;

use nalgebra::{Const, Dyn};

use super::{Batches, SampleReader};
use crate::data::Batch;
use crate::data::file_error::FileError;
use crate::random::Rng;
use crate::scalar::Scalar;

/// One pass over files, a batch at a time. After an error it ends.
pub struct Epoch<T: Scalar, const INPUTS: usize, const TARGETS: usize> {
    reader: Option<Box<dyn SampleReader<T>>>,
    /// The samples to choose from, each its inputs and then its targets.
    buffer: Vec<T>,
    capacity: usize,
    rng: Rng,
    batch_size: usize,
    drop_remainder: bool,
}

impl<T: Scalar, const INPUTS: usize, const TARGETS: usize> Epoch<T, INPUTS, TARGETS> {
    const WIDTH: usize = INPUTS + TARGETS;

    pub(super) fn new(reader: Box<dyn SampleReader<T>>, batches: &Batches<T, INPUTS, TARGETS>, number: u64) -> Self {
        Self {
            reader: Some(reader),
            buffer: Vec::new(),
            capacity: batches.shuffle,
            // The epochs of a seed are not those of its neighbor.
            rng: Rng::new(batches.seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15)),
            batch_size: batches.batch_size,
            drop_remainder: batches.drop_remainder,
        }
    }

    /// Reads until there is enough to choose from.
    fn fill(&mut self) -> Result<(), FileError> {
        while self.reader.is_some() && self.buffer.len() < self.capacity.saturating_mul(Self::WIDTH) {
            let held = self.buffer.len();
            self.buffer.resize(held + Self::WIDTH, T::zero());
            let (x, y) = self.buffer[held..].split_at_mut(INPUTS);
            let read = self.reader.as_mut().map_or(Ok(false), |reader| reader.read(x, y));
            if !matches!(read, Ok(true)) {
                self.buffer.truncate(held);
                self.reader = None;
            }
            read?;
        }
        Ok(())
    }

    /// Moves one of the held samples to the end of the batch; the last one takes its place.
    fn draw(&mut self, batch: &mut Vec<T>) {
        let held = self.buffer.len() / Self::WIDTH;
        let chosen = if self.capacity > 1 { self.rng.below(held) } else { 0 };
        let (chosen, last) = (chosen * Self::WIDTH, (held - 1) * Self::WIDTH);
        batch.extend_from_slice(&self.buffer[chosen..chosen + Self::WIDTH]);
        self.buffer.copy_within(last.., chosen);
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
        const { assert!(INPUTS + TARGETS > 0, "a sample has at least one number") };
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
