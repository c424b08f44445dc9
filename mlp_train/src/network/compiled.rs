use core::ops::{Deref, DerefMut};

use crate::batch::TILE_SAMPLES;
use crate::batch_shape::BatchShape;
use crate::dataset::{Data, check};
use crate::error::TrainingError;
use crate::heap::{BoxedParameters as _, Buffer};
use crate::optimizers::{OptimizerState, Trains};
use crate::report::{IntoMetrics, MetricError, MetricList, OutputContext, WithWeighted};
use crate::residuals::{Residuals, Terms};
use crate::summary::{InvalidOption, Summary};
use mlp_core::layers::{IntoSample, Shape};
use mlp_core::losses::LossList;
use mlp_core::network::predict_one;
use mlp_core::optimizers::Optimizer;
use mlp_core::{Augmented, DataError, Scalar as _, TileBuffer as _};

use super::{Learner, Network, OptionsMut, predict};

/// A network with an optimizer, a loss and metrics, as [`compile`](Network::compile) returns it. Keras: a compiled `Model`.
///
/// It dereferences to the network, so that `model.dense_1.weights` reads and writes the weights. Several threads may call
/// [`predict`](Self::predict) and [`evaluate`](Self::evaluate) at the same time.
///
/// ```
/// # use mlp_core::layers::Features;
/// # use mlp_core::losses::{MeanAbsoluteError, MeanSquaredError};
/// # use mlp_core::optimizers::Adam;
/// # use mlp_train::{Fit, Network, TrainingError, linspace};
/// # fn train<N>(network: Box<N>) -> Result<(), TrainingError>
/// # where
/// #     N: Network<Scalar = f32, Input = Features<1>, Output = Features<1>>,
/// # {
/// let x = linspace(0.0, 6.0, 1000);
/// let y = x.map(f32::sin);
/// let mut model = network.compile(Adam::new(1e-3), MeanSquaredError).metrics(MeanAbsoluteError);
/// let history = model.fit(&x, &y, Fit::new().epochs(20))?;
/// println!("{:?}, {}", history.loss().last(), model.evaluate(&x, &y)?.loss);
/// let predictions = model.predict(&x)?;
/// # let _ = predictions;
/// # Ok(())
/// # }
/// ```
pub struct Compiled<N: Network, O: Optimizer, L, M = ()> {
    pub(crate) learner: Learner<N, O, L>,
    pub(crate) metrics: M,
}

impl<N: Network, O: Optimizer, L: LossList<N::Scalar, N::Output>> Compiled<N, O, L> {
    pub(super) fn new(network: Box<N>, optimizer: O, loss: L) -> Self {
        Self { learner: Learner::new(network, optimizer, loss), metrics: () }
    }

    /// Sets the metrics that `fit` and `evaluate` report in addition to the loss: one metric, or a tuple of up to six.
    ///
    /// `.metrics(MeanAbsoluteError)`, `.metrics((MeanAbsoluteError, R2Score))`. A network with several outputs has metrics
    /// for each output: `.metrics((MeanAbsoluteError, ()))`.
    pub fn metrics<M, Kind>(self, metrics: M) -> Compiled<N, O, L, M::Metrics>
    where
        M: IntoMetrics<N::Scalar, N::Output, L::Targets, Kind>,
    {
        Compiled { learner: self.learner, metrics: metrics.into_metrics() }
    }
}

impl<N, O, R> Compiled<Augmented<N>, O, Residuals<R, N::Scalar>>
where
    N: Network,
    O: Optimizer,
    R: Terms<N>,
{
    pub(super) fn with_residuals(network: &N, optimizer: O, terms: R) -> Self {
        let mut augmented = Augmented::<N>::zeroed();
        augmented.network.as_mut_slice().copy_from_slice(network.as_slice());
        let loss = Residuals::new(terms, &mut augmented);
        Self { learner: Learner::with_targets(augmented, optimizer, loss, 0), metrics: () }
    }

    /// Returns the solution at the points of `x`, one row per point: the network's output after the transformation that the
    /// residual of the first term declares, such as `u = g(x) + d(x) · net`.
    ///
    /// # Errors
    /// If `x` has no rows, or a value is NaN or infinite.
    pub fn solution<X>(&self, x: &X) -> Result<<N::Output as BatchShape>::Batch<N::Scalar>, DataError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        N::Output: BatchShape,
    {
        check::inputs(&x)?;
        let mut batch = N::Output::batch::<N::Scalar>(x.samples());
        let mut buffer = Buffer::<N::Scalar>::new(N::Output::FEATURES, TILE_SAMPLES);
        let (mut point, mut output) = (vec![0.0; N::Input::FEATURES], vec![0.0; N::Output::FEATURES]);
        let mut solution = output.clone();
        let Learner { network, options, scratch, .. } = &self.learner;
        scratch.with(|workers| {
            workers.infer_in_order(network, &options.values, &x, &mut |outputs, first| {
                let mut solutions = buffer.tile_mut(N::Output::FEATURES, outputs.samples());
                for sample in 0..outputs.samples() {
                    let point_of = |column| x.get(first + sample, column).to_f64();
                    point.iter_mut().enumerate().for_each(|(column, value)| *value = point_of(column));
                    let output_of = |column| outputs.feature(column)[sample].to_f64();
                    output.iter_mut().enumerate().for_each(|(column, value)| *value = output_of(column));
                    self.terms().solution(&point, &output, &mut solution);
                    for (column, &value) in solution.iter().enumerate() {
                        solutions.feature(column)[sample] = N::Scalar::from_f64(value);
                    }
                }
                N::Output::copy_rows(solutions.as_tile(), &mut batch, first);
            });
        });
        Ok(batch)
    }

    /// Returns the terms of the loss, with the current values of their trained parameters.
    pub fn terms(&self) -> &R {
        &self.learner.loss.terms
    }

    /// Returns the terms of the loss, to change their points or weights between two calls of `fit`.
    pub fn terms_mut(&mut self) -> &mut R {
        &mut self.learner.loss.terms
    }
}

impl<N: Network, O: Optimizer, L: LossList<N::Scalar, N::Output>, M> Compiled<N, O, L, M> {
    /// Adds metrics that use sample weights, written as for [`metrics`](Self::metrics). Keras: `weighted_metrics`.
    ///
    /// The weights are those of [`Fit::sample_weight`](crate::Fit::sample_weight),
    /// [`Fit::class_weight`](crate::Fit::class_weight) or [`sample_weight`](Self::sample_weight). If the same
    /// metric is in both lists, its weighted value is reported as `weighted_` and its name.
    pub fn weighted_metrics<W, Kind>(self, weighted: W) -> Compiled<N, O, L, WithWeighted<M, W::Metrics>>
    where
        W: IntoMetrics<N::Scalar, N::Output, L::Targets, Kind>,
    {
        let metrics = WithWeighted { unweighted: self.metrics, weighted: weighted.into_metrics() };
        Compiled { learner: self.learner, metrics }
    }

    /// Sets the weight of each output's loss in the total loss. Defaults to 1. Keras: `loss_weights`.
    #[must_use]
    pub fn loss_weights(mut self, weights: L::Weights) -> Self {
        self.learner.loss_weights.copy_from_slice(weights.as_ref());
        self
    }
}

impl<N, O, L, M> Compiled<N, O, L, M>
where
    N: Network,
    O: Optimizer,
    L: LossList<N::Scalar, N::Output>,
    M: MetricList<N::Scalar, N::Output, L::Targets>,
{
    /// Number of reported losses: the total loss and, if there are several outputs, the loss of each.
    pub(crate) const LOSSES: usize = if L::COUNT > 1 { 1 + L::COUNT } else { 1 };

    /// Returns an error if an option of a layer, the loss, the optimizer or a metric is invalid.
    pub(crate) fn check(&self) -> Result<(), TrainingError> {
        self.learner.check()?;
        let logits = self.learner.logits();
        let context = |output: usize| OutputContext {
            logits: logits.get(output).copied().unwrap_or_default(),
            activation: N::ACTIVATIONS.get(output).copied().unwrap_or_default(),
        };
        self.metrics.check(0, &context).map_err(|error| match error {
            MetricError::Option { metric, value } => InvalidOption::new(metric, value).into(),
            MetricError::NotLogits { output, activation, metric } => {
                let output = N::OUTPUTS.get(output).copied().unwrap_or_default();
                TrainingError::NotLogits { output, activation, loss: metric }
            }
        })
    }

    /// Returns the names of the reported values: the loss, the loss of each output if there are several, the metrics.
    pub(crate) fn names(&self) -> Vec<String> {
        names(&N::OUTPUTS[..N::OUTPUTS.len().min(Self::LOSSES - 1)], self.metrics.names(N::OUTPUTS))
    }
}

/// Returns the names of the loss, of those of some outputs, and of the metrics. Not generic, so that programs don't compile it.
fn names(outputs: &[&str], metrics: Vec<String>) -> Vec<String> {
    let outputs = outputs.iter().map(|output| format!("{output}_loss"));
    core::iter::once("loss".into()).chain(outputs).chain(metrics).collect()
}

impl<N: Network, O: Optimizer, L, M> Compiled<N, O, L, M> {
    /// Returns the predictions for all samples of `x`, one row per sample. Keras: `model.predict`.
    ///
    /// Allocates only the predictions. If several threads predict at the same time, all but one allocate buffers too.
    ///
    /// # Errors
    /// If `x` has no rows, or a value is NaN or infinite.
    pub fn predict<X>(&self, x: &X) -> Result<<N::Output as BatchShape>::Batch<N::Scalar>, DataError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        N::Output: BatchShape,
    {
        check::inputs(&x)?;
        let Learner { network, options, scratch, .. } = &self.learner;
        Ok(scratch.with(|workers| predict(workers, network, &options.values, &x)))
    }

    /// Returns the prediction for one sample. It allocates nothing and checks nothing.
    #[inline]
    pub fn predict_one(
        &self,
        sample: impl IntoSample<N::Scalar, N::Input, <N::Input as Shape>::Array<N::Scalar>>,
    ) -> <N::Output as Shape>::Sample<N::Scalar> {
        predict_one(&*self.learner.network, &self.learner.options.values, &sample.into_sample())
    }

    /// Returns the options of the layers, for writing: a field for each layer of the network.
    ///
    /// ```
    /// # use mlp_core::layers::{Dropout, DropoutOptions};
    /// let mut options = DropoutOptions::default();
    /// options.rate = 0.3; // `model.options_mut().dropout_1.rate = 0.3`
    /// # assert_eq!(options, DropoutOptions::default().rate(0.3));
    /// ```
    ///
    /// The next step of a training uses them. `trainable` of an inner network is a method:
    /// `let options = &mut model.options_mut().encoder; *options = take(options).trainable(false);`.
    pub fn options_mut(&mut self) -> OptionsMut<'_, N> {
        let Learner { options, optimizer, squares, .. } = &mut self.learner;
        OptionsMut { options, trainable_ranges: optimizer.trainable_ranges_mut(), squares }
    }

    /// Returns the table of the layers, with the options as they are now. Keras: `model.summary()`.
    pub fn summary(&self) -> Summary {
        Summary::with_options::<N>(&self.learner.options.values)
    }

    /// Returns the network, and drops the training state.
    pub fn into_network(self) -> Box<N> {
        self.learner.network
    }

    /// Returns the loss, or the tuple of losses.
    pub fn loss(&self) -> &L {
        &self.learner.loss
    }

    /// Returns the loss, to change its options between two calls of `fit` or `train_on_batch`: the clipping of a policy's
    /// ratio, the weight of a penalty.
    ///
    /// The options are checked when training continues.
    ///
    /// ```
    /// # use mlp_core::layers::Features;
    /// # use mlp_core::losses::Huber;
    /// # use mlp_core::optimizers::Adam;
    /// # fn check<N>(mut model: mlp_train::Compiled<N, Adam, Huber>)
    /// # where
    /// #     N: mlp_train::Network<Scalar = f32> + mlp_core::layers::Module<Input = Features<1>, Output = Features<1>>,
    /// # {
    /// *model.loss_mut() = Huber::new().delta(0.1);
    /// # }
    /// ```
    pub fn loss_mut(&mut self) -> &mut L {
        self.learner.loss_may_differ = true;
        &mut self.learner.loss
    }

    /// Returns the metrics, a tuple, to change their options between two calls: `model.metrics_mut().0 = Precision::new()`.
    pub fn metrics_mut(&mut self) -> &mut M {
        &mut self.metrics
    }

    /// Returns the optimizer.
    pub fn optimizer(&self) -> &O {
        &self.learner.optimizer.optimizer
    }

    /// Returns the optimizer, to change its learning rate between two calls of `fit`.
    pub fn optimizer_mut(&mut self) -> &mut O {
        &mut self.learner.optimizer.optimizer
    }

    /// Replaces the optimizer by another one, which starts without state: Adam first, then L-BFGS.
    ///
    /// The network, the loss, the metrics and the number of epochs are kept.
    #[must_use]
    pub fn with_optimizer<P: Trains<N, L>>(self, optimizer: P) -> Compiled<N, P::Optimizer, L, M> {
        Compiled { learner: self.learner.with_optimizer(optimizer.into_optimizer()), metrics: self.metrics }
    }

    /// Returns the optimizer with its state: the number of steps, the moments, the average of the weights.
    pub fn optimizer_state(&self) -> &OptimizerState<N, O> {
        &self.learner.optimizer
    }

    /// Returns the optimizer with its state, to change it.
    pub fn optimizer_state_mut(&mut self) -> &mut OptimizerState<N, O> {
        &mut self.learner.optimizer
    }

    /// Swaps the weights with their moving average, if the optimizer keeps one. A second call swaps them back.
    ///
    /// When `fit` ends, the network has the average in any case.
    pub fn swap_average(&mut self) {
        self.learner.optimizer.swap_average(&mut self.learner.network);
    }
}

impl<N: Network, O: Optimizer, L, M> Deref for Compiled<N, O, L, M> {
    type Target = N;
    fn deref(&self) -> &N {
        &self.learner.network
    }
}

impl<N: Network, O: Optimizer, L, M> DerefMut for Compiled<N, O, L, M> {
    fn deref_mut(&mut self) -> &mut N {
        &mut self.learner.network
    }
}
