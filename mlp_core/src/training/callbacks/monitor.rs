//! Watching one figure of a training.

use super::Status;

/// Whether a figure is to become small or large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MonitorMode {
    /// Smaller is better, as for every loss.
    Min,
    /// Larger is better, as for an accuracy.
    Max,
}

/// A figure that is not among those of the training.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{callback} watches `{name}`, but the training reports {}", known.join(", "))]
pub struct UnknownFigure {
    /// Which callback asks for it.
    pub callback: &'static str,
    /// What it asks for.
    pub name: String,
    /// What there is.
    pub known: Vec<String>,
}

/// A figure, when it is better than another, and the best one so far.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Monitor {
    pub(super) name: String,
    pub(super) mode: MonitorMode,
    pub(super) min_delta: f64,
    pub(super) best: Option<f64>,
    /// Under which these are remembered, from the beginning of a training on.
    pub(super) keys: Vec<String>,
}

/// Larger is better for what has one of these in its name.
const LARGER: [&str; 10] =
    ["accuracy", "precision", "recall", "auc", "f1", "r2", "top_k", "iou", "specificity", "sensitivity"];

impl Monitor {
    /// The mode is guessed from the name.
    pub(super) fn new(name: &str) -> Self {
        let is_large = LARGER.iter().any(|part| name.contains(part)) && !name.ends_with("loss");
        let mode = if is_large { MonitorMode::Max } else { MonitorMode::Min };
        Self { name: name.to_owned(), mode, min_delta: 0.0, best: None, keys: Vec::new() }
    }

    /// The figure is one of the training's.
    pub(super) fn check(&self, callback: &'static str, status: &Status) -> Result<(), UnknownFigure> {
        if status.names().any(|known| known == self.name) {
            return Ok(());
        }
        let known = status.names().map(|name| format!("`{name}`")).collect();
        Err(UnknownFigure { callback, name: self.name.clone(), known })
    }

    /// Goes on from a checkpoint, or from nothing: the best number, and what else a callback counts.
    pub(super) fn recall<const COUNT: usize>(
        &mut self,
        callback: &str,
        status: &Status,
        counts: [&str; COUNT],
    ) -> [usize; COUNT] {
        let key = |what: &str| format!("{callback}:{}:{what}", self.name);
        self.keys = core::iter::once("best").chain(counts).map(key).collect();
        self.best = status.recall(&self.keys[0]);
        // What is counted goes on.
        let count = |index: usize| status.recall(&self.keys[1 + index]).map_or(0, |count| count.min(1e9) as usize);
        core::array::from_fn(count)
    }

    /// Lets a checkpoint have the same.
    pub(super) fn remember(&self, status: &mut Status, counts: &[usize]) {
        let best = self.best.into_iter().map(|best| (0, best));
        let counts = counts.iter().enumerate().map(|(index, &count)| (1 + index, count as f64));
        for (index, number) in best.chain(counts) {
            // There are none if nobody has told that a training begins.
            if let Some(key) = self.keys.get(index) {
                status.remember(key, number);
            }
        }
    }

    /// Whether one number is better than another by more than `min_delta`.
    pub(super) fn is_better(&self, current: f64, reference: f64) -> bool {
        match self.mode {
            MonitorMode::Min => current + self.min_delta < reference,
            MonitorMode::Max => current - self.min_delta > reference,
        }
    }

    /// Whether the number is the best so far, which it is from now on. NaN never is.
    pub(super) fn improve(&mut self, current: f64) -> bool {
        let better = !current.is_nan() && self.best.is_none_or(|best| self.is_better(current, best));
        if better {
            self.best = Some(current);
        }
        better
    }
}
