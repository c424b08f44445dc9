//! Arguments of `fit`: epochs, batch size, validation, callbacks.

use crate::callbacks::{OnBatchEnd, OnEpochEnd, Status};
use crate::report::{IntoVerbose, UnknownVerbose, Verbose};
use crate::summary::Screen;

use super::interrupt::Interrupt;
use crate::error::TrainingError;

/// Arguments of [`Compiled::fit`](crate::Compiled::fit), with the names and defaults of Keras's `model.fit`.
///
/// | method | default |
/// |---|---|
/// | [`epochs`](Self::epochs) | 1 |
/// | [`initial_epoch`](Self::initial_epoch) | 0 |
/// | [`batch_size`](Self::batch_size) | 32 |
/// | [`shuffle`](Self::shuffle) | `true` |
/// | [`bootstrap`](Self::bootstrap) | every sample once |
/// | [`seed`](Self::seed) | continues the sequence of the last `fit` |
/// | [`verbose`](Self::verbose), [`screen`](Self::screen) | [`Verbose::Auto`]: a progress bar, as in Keras 3 |
/// | [`validation_data`](Self::validation_data), [`validation_split`](Self::validation_split) | none |
/// | [`validation_freq`](Self::validation_freq) | 1: after every epoch |
/// | [`sample_weight`](Self::sample_weight), [`class_weight`](Self::class_weight), [`validation_sample_weight`](Self::validation_sample_weight) | 1 for every sample |
/// | [`callback`](Self::callback), [`on_epoch_end`](Self::on_epoch_end), [`on_batch_end`](Self::on_batch_end) | none |
///
/// ```
/// # mod mlp { pub use mlp_train::{EarlyStopping, Fit}; }
/// use mlp::{EarlyStopping, Fit};
///
/// # let (x, y) = ([[0.0]], [[0.0]]);
/// let fit = Fit::new()
///     .epochs(100)
///     .batch_size(64)
///     .validation_data(&x, &y)
///     .callback(EarlyStopping::new("val_loss").patience(5));
/// # let _ = fit;
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Fit<Validation = (), Callbacks = ()> {
    pub(super) settings: Settings,
    pub(super) validation: Validation,
    pub(super) callbacks: Callbacks,
}

/// The arguments that do not depend on the types of the data and the callbacks.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Settings {
    pub(super) epochs: usize,
    pub(super) initial_epoch: usize,
    pub(super) batch_size: usize,
    pub(super) shuffle: bool,
    pub(super) bootstrap: Option<u64>,
    pub(super) seed: Option<u64>,
    pub(super) verbose: Result<Verbose, UnknownVerbose>,
    pub(super) screen: Screen,
    pub(super) validation_split: f64,
    pub(super) validation_freq: usize,
    pub(super) sample_weight: Option<Vec<f64>>,
    pub(super) class_weight: Vec<(usize, f64)>,
    pub(super) validation_sample_weight: Option<Vec<f64>>,
    pub(super) stop_on_ctrl_c: bool,
}

/// Number of the type `f32` or `f64`, for a fraction of the samples.
#[diagnostic::on_unimplemented(
    message = "expected a fraction from 0 to 1, found `{Self}`",
    label = "not a fraction",
    note = "20% of the samples are `0.2`"
)]
pub trait Fraction: Into<f64> {}

impl Fraction for f32 {}
impl Fraction for f64 {}

/// Bound of a method that nothing can call.
#[diagnostic::on_unimplemented(
    message = "callbacks have no list: add each of them by `callback`",
    label = "write `.callback(EarlyStopping::new(\"val_loss\"))` for each"
)]
pub trait TakesCallbackLists {}

impl Default for Fit {
    fn default() -> Self {
        Self::new()
    }
}

impl Fit {
    /// Creates the default arguments: one epoch, batches of 32, shuffled, with a progress bar.
    pub fn new() -> Self {
        let settings = Settings {
            epochs: 1,
            initial_epoch: 0,
            batch_size: 32,
            shuffle: true,
            bootstrap: None,
            seed: None,
            verbose: Ok(Verbose::Auto),
            screen: Screen::default(),
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

impl<V, C> Fit<V, C> {
    /// Sets the number of epochs, passes over the data. Defaults to 1.
    pub fn epochs(self, epochs: usize) -> Self {
        self.set(|settings| settings.epochs = epochs)
    }
    /// Sets the number of samples per step. Defaults to 32. With at least the number of samples, an epoch is one step.
    pub fn batch_size(self, batch_size: usize) -> Self {
        self.set(|settings| settings.batch_size = batch_size)
    }
    /// Sets whether the samples are shuffled before each epoch. Defaults to `true`. An epoch of one step is not shuffled.
    ///
    /// Shuffled epochs over matrices larger than the cache are slow, because matrices are column-major:
    /// [`to_rows`](mlp_data::to_rows) converts them.
    pub fn shuffle(self, shuffle: bool) -> Self {
        self.set(|settings| settings.shuffle = shuffle)
    }
    /// Replaces the samples to train on by as many that are drawn from them with replacement, from `seed`: a bootstrap sample.
    ///
    /// About 63% of the samples are in it, some of them several times. Members of an ensemble with a bootstrap sample each
    /// differ by more than their initial weights. Held-out samples are not drawn. Source: Breiman, "Bagging predictors", 1996.
    pub fn bootstrap(self, seed: u64) -> Self {
        self.set(|settings| settings.bootstrap = Some(seed))
    }
    /// Sets the seed of the shuffles and of layers such as `Dropout`.
    ///
    /// Without a seed, and after an [`initial_epoch`](Self::initial_epoch), the random numbers continue where the last `fit`
    /// left them, so that two trainings of 5 epochs equal one of 10.
    pub fn seed(self, seed: u64) -> Self {
        self.set(|settings| settings.seed = Some(seed))
    }
    /// Sets what is printed: a [`Verbose`], or `0`, `1` or `2` as in Keras. Defaults to a progress bar.
    pub fn verbose(self, verbose: impl IntoVerbose) -> Self {
        self.set(|settings| settings.verbose = verbose.into_verbose())
    }
    /// Sets the style of what is printed. Defaults to that of Keras 3.
    pub fn screen(self, screen: Screen) -> Self {
        self.set(|settings| settings.screen = screen)
    }
    /// Sets the epoch at which a resumed training starts. Defaults to 0.
    ///
    /// `Fit::new().epochs(30).initial_epoch(20)` trains for 10 epochs, counted from 20. `Compiled::load` returns the number of
    /// epochs of a checkpoint. With an initial epoch of at least `epochs`, `fit` makes no step and returns an empty history.
    pub fn initial_epoch(self, initial_epoch: usize) -> Self {
        self.set(|settings| settings.initial_epoch = initial_epoch)
    }
    /// Sets the data to evaluate after every epoch: `val_loss` and so on. The network is not trained on it.
    pub fn validation_data<'a, X: ?Sized, Y: ?Sized>(self, x: &'a X, y: &'a Y) -> Fit<(&'a X, &'a Y), C> {
        Fit { settings: self.settings, validation: (x, y), callbacks: self.callbacks }
    }
    /// Sets the fraction of the samples to hold out for validation, the last ones before any shuffle. Defaults to 0.
    /// [`validation_data`](Self::validation_data) overrides it.
    pub fn validation_split(self, fraction: impl Fraction) -> Self {
        self.set(|settings| settings.validation_split = fraction.into())
    }
    /// Sets the number of epochs from one validation to the next. Defaults to 1.
    pub fn validation_freq(self, epochs: usize) -> Self {
        self.set(|settings| settings.validation_freq = epochs)
    }
    /// Sets one weight per sample. Defaults to 1.
    ///
    /// The loss is the sum of the weighted losses, divided by the number of samples, as in Keras 3. Only
    /// [`weighted_metrics`](crate::Compiled::weighted_metrics) use the weights. Samples that
    /// [`validation_split`](Self::validation_split) holds out keep their weights.
    pub fn sample_weight(self, weights: impl Into<Vec<f64>>) -> Self {
        self.set(|settings| settings.sample_weight = Some(weights.into()))
    }
    /// Sets the weights of classes: `[(0, 1.0), (1, 5.0)]`. Defaults to 1 for each class.
    ///
    /// The class of a sample is the target or, for one-hot targets, the index of the largest. A sample weight is multiplied by
    /// the weight of the class, as in scikit-learn; Keras rejects both together. Validation ignores class weights, as in Keras.
    pub fn class_weight(self, weights: impl IntoIterator<Item = (usize, f64)>) -> Self {
        self.set(|settings| settings.class_weight = weights.into_iter().collect())
    }
    /// Sets one weight per sample of the validation data, for `val_loss`. Defaults to 1. Keras: the third element of
    /// `validation_data`.
    pub fn validation_sample_weight(self, weights: impl Into<Vec<f64>>) -> Self {
        self.set(|settings| settings.validation_sample_weight = Some(weights.into()))
    }
    /// Adds a callback, or a tuple of callbacks, after those added before.
    pub fn callback<New>(self, callback: New) -> Fit<V, (C, New)> {
        Fit { settings: self.settings, validation: self.validation, callbacks: (self.callbacks, callback) }
    }
    #[doc(hidden)]
    pub fn callbacks<List>(self, _callbacks: List) -> Self
    where
        Self: TakesCallbackLists,
    {
        self
    }
    /// Adds a closure to call after every epoch: `.on_epoch_end(|status| println!("{:?}", status.get("val_loss")))`.
    pub fn on_epoch_end<F: FnMut(&mut Status)>(self, call: F) -> Fit<V, (C, OnEpochEnd<F>)> {
        self.callback(OnEpochEnd(call))
    }
    /// Adds a closure to call after every batch.
    pub fn on_batch_end<F: FnMut(&mut Status)>(self, call: F) -> Fit<V, (C, OnBatchEnd<F>)> {
        self.callback(OnBatchEnd(call))
    }
    /// Makes Ctrl-C end the training instead of the program. Requires the feature `ctrlc`.
    ///
    /// The current batch is finished, the epoch ends with it, and `fit` returns the history, which is then
    /// [interrupted](crate::History::interrupted). A second Ctrl-C ends the program. A program has one handler of
    /// Ctrl-C: this one stays, and ends the program when nothing is being trained.
    #[cfg(feature = "ctrlc")]
    pub fn stop_on_ctrl_c(self) -> Self {
        self.set(|settings| settings.stop_on_ctrl_c = true)
    }

    /// Replaces the default of [`verbose`](Self::verbose) by no output, for one of several trainings at a time.
    pub(crate) fn silent_by_default(self) -> Self {
        self.set(|settings| {
            if settings.verbose == Ok(Verbose::Auto) {
                settings.verbose = Ok(Verbose::Silent);
            }
        })
    }

    fn set(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.settings);
        self
    }
}

impl From<UnknownVerbose> for TrainingError {
    fn from(UnknownVerbose(found): UnknownVerbose) -> Self {
        Self::Verbose { found }
    }
}

impl Settings {
    /// Returns a listener to Ctrl-C, if it ends the training.
    pub(super) fn interrupt(&self) -> Result<Option<Interrupt>, TrainingError> {
        self.stop_on_ctrl_c.then(Interrupt::listen).transpose().map_err(TrainingError::CtrlC)
    }

    /// Returns whether several epochs read the samples in a random order.
    pub(super) fn is_random_access(&self, samples: usize) -> bool {
        self.shuffle && self.batch_size < samples && self.initial_epoch + 1 < self.epochs
    }

    /// Returns the arguments without those that have a value for each row, as text.
    pub(super) fn without_rows(&self) -> String {
        let settings = Self {
            sample_weight: None,
            validation_sample_weight: None,
            verbose: Ok(Verbose::Silent),
            stop_on_ctrl_c: false,
            ..self.clone()
        };
        format!("{settings:?}")
    }

    /// Checks the settings, and returns the number of samples to train on. `validation_split` holds out the others.
    pub(super) fn training_samples(&self, samples: usize, has_validation_data: bool) -> Result<usize, TrainingError> {
        self.verbose.clone()?;
        if self.epochs == 0 {
            return Err(TrainingError::ZeroEpochs);
        }
        if self.batch_size == 0 {
            return Err(TrainingError::ZeroBatchSize);
        }
        if self.validation_freq == 0 {
            return Err(TrainingError::ZeroValidationFreq);
        }
        let split = self.validation_split;
        if split == 0.0 || has_validation_data {
            return Ok(samples);
        }
        // Rounded as in Keras. A split that is NaN or out of range leaves no samples on one side.
        let training = (samples as f64 * (1.0 - split)).floor() as usize;
        if training == 0 || training >= samples {
            return Err(TrainingError::ValidationSplit { split, samples });
        }
        Ok(training)
    }
}
