//! Training: `compile`, `fit`, `evaluate`, `predict`, callbacks and custom training loops.

pub use mlp_core::losses::LossList;
pub use mlp_core::network::{BaseNetwork, StaticNetwork};
pub use mlp_core::{DataError, Role, SamplePass, SampleTape, Trainer};
#[cfg(feature = "std")]
pub use mlp_train::callbacks::*;
#[cfg(feature = "std")]
pub use mlp_train::{
    Adapt, BatchShape, BoxedParameters, Buffer, CallbackError, Communicator, Compiled, CompiledEnsemble, Data,
    Ensemble, EnsembleError, EnsemblePrediction, Evaluation, Fit, ForwardPass, Generation, GradientTape, Heap,
    HeapSlots, History, IntoMetrics, InvalidOption, InvalidQuantile, LeastSquaresError, MetricList, Network, OnRanks,
    OptionsMut, PartialFitError, Population, PopulationError, Predictor, Progress, RankError, Rows, ScoreError, Search,
    SearchError, SearchResults, Tape, TrainingError, Trial, TrialScores, Uncertainty, UnknownParameter, UnknownVerbose,
    UnlistedSize, ValidationData, Values, Verbose, Weighted, WithWeighted, linspace,
};
