//! The figures of an epoch while it goes on, and of all epochs before it.

use super::history::History;

/// The mean loss, the mean loss of each output where there are several, and the metrics of the samples seen so far in this
/// epoch.
pub(super) struct Report {
    pub(super) history: History,
    figures: Vec<(String, f64)>,
    row: Vec<f64>,
    samples: usize,
    losses: Vec<f64>,
}

impl Report {
    /// Room for this many epochs, so that none of them allocates. The first `losses` names are those of losses.
    pub(super) fn new(names: Vec<String>, losses: usize, epochs: usize) -> Self {
        let row = Vec::with_capacity(names.len());
        Self {
            history: History::with_capacity(&names, epochs),
            figures: names.into_iter().map(|name| (name, 0.0)).collect(),
            row,
            samples: 0,
            losses: vec![0.0; losses],
        }
    }

    pub(super) fn begin_epoch(&mut self) {
        self.samples = 0;
        self.losses.fill(0.0);
    }

    /// Counts a batch of this loss. The sums of its outputs' losses are [added](Self::output_losses) by whoever has them.
    pub(super) fn add(&mut self, samples: usize, loss: f64) {
        self.samples += samples;
        self.losses[0] += loss;
    }

    /// The sum of each output's loss, where there are several outputs.
    pub(super) fn output_losses(&mut self) -> &mut [f64] {
        &mut self.losses[1..]
    }

    /// Every figure under its name, the loss first. `metrics` gives the others.
    pub(super) fn figures(&mut self, metrics: impl FnOnce(&mut dyn FnMut(f64))) -> &[(String, f64)] {
        let (losses, others) = self.figures.split_at_mut(self.losses.len());
        for ((_, mean), sum) in losses.iter_mut().zip(&self.losses) {
            *mean = sum / self.samples as f64;
        }
        let mut others = others.iter_mut();
        metrics(&mut |value| {
            if let Some((_, figure)) = others.next() {
                *figure = value;
            }
        });
        &self.figures
    }

    pub(super) fn end_epoch(&mut self) {
        self.row.clear();
        self.row.extend(self.figures.iter().map(|(_, figure)| figure));
        self.history.push(&self.row);
    }
}
