//! Names of training with `fit`, which need a heap and files.

pub use mlp_data::{
    KFold, MinMaxScaler, Split, StandardScaler, argmax, cross_val_score, one_hot, sparse_targets, train_test_split,
};
pub use mlp_train::BeforeCompile as _;
pub use mlp_train::ForeignMethods as _;
#[cfg(feature = "safetensors")]
pub use mlp_train::ModelCheckpoint;
#[cfg(not(feature = "keras"))]
pub use mlp_train::disabled::keras::WithoutKeras as _;
#[cfg(not(feature = "onnx"))]
pub use mlp_train::disabled::onnx::WithoutOnnx as _;
#[cfg(not(feature = "safetensors"))]
pub use mlp_train::disabled::safetensors::WithoutSafetensors as _;
pub use mlp_train::initializers::orthogonal;
pub use mlp_train::metrics::*;
pub use mlp_train::optimizers::{EnergyNaturalGradient, GaussNewton, Lbfgs, LevenbergMarquardt, OptimizerState};
pub use mlp_train::residuals::{Redraw, Term};
pub use mlp_train::{
    Adapt, BoxedParameters, Callback, CallbackResult, Compiled, CsvLogger, Data, EarlyStopping, Ensemble, Fit,
    GradientTape, History, LearningRateScheduler, MonitorMode, Network, Population, ReduceLrOnPlateau, Screen, Search,
    Status, Summary, Tape, TensorBoard, TerminateOnNan, Training, TrainingError, Values, Verbose, compute_class_weight,
    compute_sample_weight, linspace, sizes,
};
