//! Training: `compile`, `fit`, `evaluate`, `predict`, callbacks and custom training loops.

pub use mlp_core::losses::LossList;
pub use mlp_core::network::{BaseNetwork, StaticNetwork};
pub use mlp_core::{DataError, Role, SamplePass, SampleTape, Trainer};
#[cfg(feature = "std")]
pub use mlp_train::callbacks::*;
#[cfg(feature = "std")]
pub use mlp_train::{
    Adapt, BatchShape, BoxedParameters, Buffer, CallbackError, ColumnMismatch, Communicator, Compiled,
    CompiledEnsemble, Data, Ensemble, EnsembleError, EnsemblePrediction, Evaluation, Fit, ForwardPass, Generation,
    GradientTape, Heap, HeapSlots, History, IntoMetrics, IntoVerbose, InvalidOption, InvalidQuantile,
    LeastSquaresError, MetricError, MetricList, Network, OnRanks, OptionsMut, OutputContext, PartialFitError,
    Population, PopulationError, Predictor, Progress, RankError, Rows, ScoreError, Screen, Search, SearchError,
    SearchResults, Shown, TableError, Tape, TrainingError, Trial, TrialScores, Uncertainty, UnknownParameter,
    UnknownVerbose, UnlistedSize, ValidationData, Values, Verbose, Weighted, WithWeighted, linspace,
};
