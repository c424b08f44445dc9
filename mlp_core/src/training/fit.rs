//! How long, in what portions and with what beside it to train.

use super::callbacks::{OnBatchEnd, OnEpochEnd, Status};
use super::verbose::Verbose;

/// The arguments of [`Compiled::fit`](super::Compiled::fit): `Fit::epochs(100).batch_size(64)`.
///
/// `Fit::epochs(100).validation_data(&x, &y).callback(EarlyStopping::new("val_loss").patience(5))`
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Fit<Validation = (), Callbacks = ()> {
    pub(super) settings: Settings,
    pub(super) validation: Validation,
    pub(super) callbacks: Callbacks,
}

/// What does not depend on the data's type.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Settings {
    pub(super) epochs: usize,
    pub(super) initial_epoch: usize,
    pub(super) batch_size: usize,
    pub(super) shuffle: bool,
    pub(super) seed: Option<u64>,
    pub(super) verbose: Verbose,
    pub(super) validation_split: f64,
    pub(super) validation_freq: usize,
    pub(super) sample_weight: Option<Vec<f64>>,
    pub(super) class_weight: Vec<(usize, f64)>,
    pub(super) validation_sample_weight: Option<Vec<f64>>,
    pub(super) stop_on_ctrl_c: bool,
}

impl Default for Fit {
    /// Keras's defaults: one epoch, batches of 32, shuffled, with a progress bar.
    fn default() -> Self {
        let settings = Settings {
            epochs: 1,
            initial_epoch: 0,
            batch_size: 32,
            shuffle: true,
            seed: None,
            verbose: Verbose::Auto,
            validation_split: 0.0,
            validation_freq: 1,
            sample_weight: None,
            class_weight: Vec::new(),
            validation_sample_weight: None,
            stop_on_ctrl_c: false,
        };
        Self { settings, validation: (), callbacks: () }
    }
}

impl Fit {
    /// How many times to go through the data.
    pub fn epochs(epochs: usize) -> Self {
        Self::default().set(|settings| settings.epochs = epochs)
    }
}

impl<V, C> Fit<V, C> {
    /// How many samples to a step. With all samples or more, an epoch is one step.
    pub fn batch_size(self, batch_size: usize) -> Self {
        self.set(|settings| settings.batch_size = batch_size)
    }
    /// Whether the samples are mixed anew for each epoch. It makes no difference to an epoch of one step. Data larger than
    /// the cache had better be [rows](crate::data::to_rows) then.
    pub fn shuffle(self, shuffle: bool) -> Self {
        self.set(|settings| settings.shuffle = shuffle)
    }
    /// Starts the sequence of shuffles anew from a seed. Otherwise, and behind an [`initial_epoch`](Self::initial_epoch), it goes on
    /// where the last `fit` left it: two trainings of 5 epochs are one of 10.
    pub fn seed(self, seed: u64) -> Self {
        self.set(|settings| settings.seed = Some(seed))
    }
    /// What is printed.
    pub fn verbose(self, verbose: Verbose) -> Self {
        self.set(|settings| settings.verbose = verbose)
    }
    /// Goes on with a training: `Fit::epochs(30).initial_epoch(20)` makes 10 epochs, which are counted from 20 on.
    /// `Compiled::load` gives the number of epochs behind a checkpoint. A training that had come to its end makes none, and has an
    /// empty history.
    pub fn initial_epoch(self, initial_epoch: usize) -> Self {
        self.set(|settings| settings.initial_epoch = initial_epoch)
    }
    /// Evaluates these samples after every epoch: `val_loss` and so on. They are not trained on.
    pub fn validation_data<'a, X: ?Sized, Y: ?Sized>(self, x: &'a X, y: &'a Y) -> Fit<(&'a X, &'a Y), C> {
        let Self { settings, callbacks, .. } = self;
        Fit { settings, validation: (x, y), callbacks }
    }
    /// Keeps a share of the samples, the last ones as they are given, to evaluate them after every epoch. Where there are
    /// validation data, they are evaluated instead.
    pub fn validation_split(self, share: f64) -> Self {
        self.set(|settings| settings.validation_split = share)
    }
    /// Evaluates only after every so many epochs.
    pub fn validation_freq(self, epochs: usize) -> Self {
        self.set(|settings| settings.validation_freq = epochs)
    }
    /// How much each sample counts: the loss is the sum of the samples' losses, each times its weight, divided by the number of
    /// samples, as in Keras 3. Metrics are not weighted, but for
    /// [`weighted_metrics`](super::Compiled::weighted_metrics). Samples kept by [`validation_split`](Self::validation_split) keep their
    /// weights.
    pub fn sample_weight(self, weights: impl Into<Vec<f64>>) -> Self {
        self.set(|settings| settings.sample_weight = Some(weights.into()))
    }
    /// How much the samples of a class count: `[(0, 1.0), (1, 5.0)]`; 1 for a class not named. The class is the target or, for
    /// one-hot targets, the index of the largest. A sample's weight, if there is one, is multiplied by it, as in scikit-learn;
    /// Keras refuses both. Validation does not know classes' weights, as in Keras.
    pub fn class_weight(self, weights: impl IntoIterator<Item = (usize, f64)>) -> Self {
        self.set(|settings| settings.class_weight = weights.into_iter().collect())
    }
    /// How much each sample of the validation data counts in `val_loss`. Keras: the third of `validation_data`.
    pub fn validation_sample_weight(self, weights: impl Into<Vec<f64>>) -> Self {
        self.set(|settings| settings.validation_sample_weight = Some(weights.into()))
    }
    /// Adds a callback, or a tuple of them, after those that there are.
    pub fn callback<New>(self, callback: New) -> Fit<V, (C, New)> {
        let Self { settings, validation, callbacks } = self;
        Fit { settings, validation, callbacks: (callbacks, callback) }
    }
    /// Calls a closure after every epoch: `.on_epoch_end(|status| println!("{:?}", status.get("val_loss")))`.
    pub fn on_epoch_end<F: FnMut(&mut Status)>(self, call: F) -> Fit<V, (C, OnEpochEnd<F>)> {
        self.callback(OnEpochEnd(call))
    }
    /// Calls a closure after every batch.
    pub fn on_batch_end<F: FnMut(&mut Status)>(self, call: F) -> Fit<V, (C, OnBatchEnd<F>)> {
        self.callback(OnBatchEnd(call))
    }
    /// Ctrl-C ends the training, not the program: the batch in work is finished and the epoch ends with it, and `fit` gives the
    /// history, which says that it was [interrupted](super::History::interrupted). The network keeps its weights. A second
    /// Ctrl-C ends the program.
    ///
    /// A program has one handler of Ctrl-C. This one stays; when nothing is trained, it ends the program.
    #[cfg(feature = "ctrlc")]
    pub fn stop_on_ctrl_c(self) -> Self {
        self.set(|settings| settings.stop_on_ctrl_c = true)
    }

    fn set(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.settings);
        self
    }
}
