use crate::batch::Objective;
use crate::callback_state::CallbackState;
use crate::error::TrainingError;
use crate::heap::BoxedParameters as _;
use crate::optimizers::OptimizerState;
use mlp_core::Rng;
use mlp_core::layers::Shape;
use mlp_core::losses::{Logits, LossList, MAX_OUTPUTS};
use mlp_core::optimizers::Optimizer;

use super::{Network, Scratch, Snapshot, TrainingSettings, training_settings};
use crate::squares::SquaresMemory;
use crate::summary::{InvalidOption, LayerOptions};

/// A network with its optimizer and loss, and the memory of a step: all of a [`Compiled`](super::Compiled) but the metrics.
pub(crate) struct Learner<N: Network, O: Optimizer, L> {
    pub(crate) network: Box<N>,
    pub(crate) options: LayerOptions<N>,
    pub(crate) loss: L,
    /// Names and options of the losses, for checkpoints. Empty for equations.
    pub(crate) loss_text: String,
    /// One weight per output.
    pub(crate) loss_weights: Vec<f64>,
    pub(crate) optimizer: OptimizerState<N, O>,
    pub(crate) gradient: Box<N>,
    pub(crate) snapshot: Snapshot<N>,
    pub(crate) scratch: Scratch<N>,
    /// Memory of least squares, once the optimizer needed it.
    pub(crate) squares: Option<Box<dyn SquaresMemory<N::Scalar>>>,
    pub(crate) rng: Rng,
    /// Number of epochs completed so far.
    pub(crate) epochs: usize,
    /// State of the callbacks from the checkpoint that the next `fit` resumes.
    pub(crate) callback_state: CallbackState,
    /// Points of each term of equations that a training has drawn, for checkpoints.
    pub(crate) points: Vec<Vec<f64>>,
    /// Text of the encoder that makes inputs from tables, for checkpoints.
    pub(crate) table_encoder: Option<String>,
    /// `true` if the caller may have changed the loss since its text was made.
    pub(crate) loss_may_differ: bool,
}

impl<N: Network, O: Optimizer, L: LossList<N::Scalar, N::Output>> Learner<N, O, L> {
    pub(crate) fn new(network: Box<N>, optimizer: O, loss: L) -> Self {
        let loss_text = training_settings::describe(&loss);
        let learner = Self::with_targets(network, optimizer, loss, L::Targets::FEATURES);
        Self { loss_weights: training_settings::equal_weights(L::COUNT), loss_text, ..learner }
    }

    /// Describes the loss anew, if the caller may have changed it.
    pub(crate) fn update_loss_text(&mut self) {
        if core::mem::take(&mut self.loss_may_differ) {
            self.loss_text = training_settings::describe(&self.loss);
        }
    }

    pub(crate) fn objective(&self) -> Objective<'_, N, L> {
        Objective {
            network: &self.network,
            options: &self.options.values,
            loss: &self.loss,
            loss_weights: &self.loss_weights,
        }
    }

    /// Returns an error if an option of a layer, the loss or the optimizer is invalid.
    pub(crate) fn check(&self) -> Result<(), TrainingError> {
        self.options.check()?;
        self.loss.check().map_err(|(name, value)| InvalidOption::new(name, value))?;
        self.check_optimizer()?;
        self.check_logits()
    }

    /// Returns the activation that the loss applies to each output.
    pub(crate) fn logits(&self) -> [Logits; MAX_OUTPUTS] {
        let mut logits = [Logits::default(); MAX_OUTPUTS];
        for (output, logits) in logits.iter_mut().enumerate().take(N::OUTPUTS.len()) {
            *logits = Logits::of(self.loss.of_logits(output).map(|(_, activation)| activation));
        }
        logits
    }

    /// Returns an error if a loss of logits compares with probabilities.
    fn check_logits(&self) -> Result<(), TrainingError> {
        for (index, (&activation, &output)) in N::ACTIVATIONS.iter().zip(N::OUTPUTS).enumerate() {
            if let ("softmax" | "sigmoid" | "hard_sigmoid", Some((loss, _))) = (activation, self.loss.of_logits(index))
            {
                return Err(TrainingError::NotLogits { output, activation, loss });
            }
        }
        Ok(())
    }
}

impl<N: Network, O: Optimizer, L> Learner<N, O, L> {
    /// Creates a learner whose loss compares with this number of target features.
    pub(crate) fn with_targets(network: Box<N>, optimizer: O, loss: L, targets: usize) -> Self {
        let optimizer = OptimizerState::new(optimizer);
        Self {
            network,
            options: LayerOptions::new(),
            loss,
            loss_text: String::new(),
            loss_weights: Vec::new(),
            gradient: N::zeroed(),
            snapshot: Snapshot::new(optimizer.can_undo()),
            optimizer,
            scratch: Scratch::new(targets),
            squares: None,
            rng: Rng::new(0),
            epochs: 0,
            callback_state: CallbackState::default(),
            points: Vec::new(),
            table_encoder: None,
            loss_may_differ: false,
        }
    }

    /// Returns the settings that a checkpoint stores.
    #[cfg_attr(not(feature = "safetensors"), expect(dead_code, reason = "only checkpoints read it"))]
    pub(crate) fn settings(&self) -> TrainingSettings<'_> {
        let optimizer = self.optimizer.settings();
        TrainingSettings { optimizer, loss: &self.loss_text, loss_weights: &self.loss_weights }
    }

    pub(crate) fn check_optimizer(&self) -> Result<(), InvalidOption> {
        self.optimizer.optimizer.check().map_err(|value| InvalidOption::new(O::NAME, value))
    }

    /// Replaces the optimizer by another one, which starts without state.
    pub(crate) fn with_optimizer<P: Optimizer>(self, optimizer: P) -> Learner<N, P, L> {
        let mut optimizer = OptimizerState::new(optimizer);
        *optimizer.trainable_ranges_mut() = self.optimizer.trainable_ranges().to_vec();
        Learner {
            snapshot: Snapshot::new(optimizer.can_undo()),
            optimizer,
            network: self.network,
            options: self.options,
            loss: self.loss,
            loss_text: self.loss_text,
            loss_weights: self.loss_weights,
            gradient: self.gradient,
            scratch: self.scratch,
            squares: None,
            rng: self.rng,
            epochs: self.epochs,
            callback_state: self.callback_state,
            points: self.points,
            table_encoder: self.table_encoder,
            loss_may_differ: self.loss_may_differ,
        }
    }
}
