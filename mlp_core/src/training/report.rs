//! The figures of an epoch while it goes on, and of all epochs before it.

use super::history::History;

/// The mean loss and the mean metrics of the samples seen so far in this epoch.
pub(super) struct Report<Sums> {
    pub(super) history: History,
    means: Vec<(&'static str, f64)>,
    row: Vec<f64>,
    samples: usize,
    loss: f64,
    sums: Sums,
}

impl<Sums: AsRef<[f64]> + AsMut<[f64]> + Default> Report<Sums> {
    /// Room for this many epochs, so that none of them allocates.
    pub(super) fn new(names: Vec<&'static str>, epochs: usize) -> Self {
        Self {
            history: History::with_capacity(&names, epochs),
            row: Vec::with_capacity(names.len()),
            means: names.into_iter().map(|name| (name, 0.0)).collect(),
            samples: 0,
            loss: 0.0,
            sums: Sums::default(),
        }
    }

    pub(super) fn begin_epoch(&mut self) {
        self.samples = 0;
        self.loss = 0.0;
        self.sums = Sums::default();
    }

    /// Counts a batch, its metrics already added to [`sums`](Self::sums).
    pub(super) fn add(&mut self, samples: usize, loss: f64) {
        self.samples += samples;
        self.loss += loss;
    }

    pub(super) fn sums(&mut self) -> &mut Sums {
        &mut self.sums
    }

    /// Every figure under its name, the loss first.
    pub(super) fn means(&mut self) -> &[(&'static str, f64)] {
        let sums = core::iter::once(&self.loss).chain(self.sums.as_ref());
        for ((_, mean), sum) in self.means.iter_mut().zip(sums) {
            *mean = sum / self.samples as f64;
        }
        &self.means
    }

    pub(super) fn end_epoch(&mut self) {
        self.means();
        self.row.clear();
        self.row.extend(self.means.iter().map(|(_, mean)| mean));
        self.history.push(&self.row);
    }
}
