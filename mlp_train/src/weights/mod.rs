//! Weights and checkpoints in files, verified against the network that loads them.
//!
//! [`Network::save_weights`](crate::Network::save_weights) writes the parameters of a network as safetensors.
//! The name of an array consists of the names of its layer and its field: `dense_1.weights`, `encoder.dense_1.bias`.
//! Matrices are row-major with the same shape as in memory, `[OUT, IN]`, as in PyTorch's `Linear`.
//!
//! [`Compiled::save`](crate::Compiled::save) adds the training state. A training that is resumed from the
//! file produces the same bits as one that was never interrupted.
//!
//! | tensor | content |
//! |---|---|
//! | `dense_1.weights` | A variable. Unused variables, such as the bias with `use_bias = false`, are omitted. |
//! | `golden:input`, `golden:output` | A random sample and the network's output for it. |
//! | `optimizer:slot_0:dense_1.weights` | A slot of the optimizer; also `average` (EMA) and `accumulated` (gradient accumulation). |
//! | `points:1`, `points:2`, … | The points of a term of equations, one column after the other, if they are [drawn again](crate::residuals::Redraw). |
//!
//! | metadata | content |
//! |---|---|
//! | `format`, `version` | `mlp` and `1`. |
//! | `written_by`, `computed_by` | The version of this library; the architecture, operating system and instruction set. |
//! | `network` | The name of the network. It may differ. |
//! | `architecture` | The rows of the summary. They must match. |
//! | `optimizer`, `learning_rate`, `epochs`, `generator` | The name of the optimizer, the next learning rate, the number of completed epochs, the state of the random number generator. |
//! | `setting:loss`, `setting:learning_rate`, `setting:clip`, … | The settings that the training was compiled with. |
//! | `callback:EarlyStopping:val_loss:wait`, … | The state of callbacks. |
//! | `optimizer:batches`, `optimizer:product`, … | Counters of the optimizer, which also determine the position in a schedule. |
//!
//! Hyper-parameters of layers and optimizers are part of the program. Those of the optimizer and the loss are also
//! stored, and a difference is reported, [`Mismatch::Setting`], unless [`LoadOptions`] accept it. A safetensors file without this
//! metadata, such as one written in Python, holds weights by name.
//!
//! An [`Ensemble`](crate::Ensemble) is one file: the names above have `member_0:`, `member_1:` and so on before them.
//!
//! Files are written atomically (temporary file, then rename). Files to load are not trusted: a mismatching file is
//! rejected with a list of all mismatches, and the network is left unchanged. A stored input/output pair is verified on
//! load: bit for bit with the same version of the library on the same instruction set, and up to 10⁻³ (`f64`: 10⁻⁹) of
//! the largest output elsewhere.

mod checkpoint;
mod ensemble;
mod error;
mod file;
mod fill;
mod foreign;
mod load_options;
mod optimizer_state;
mod partial;
mod self_check;
mod training_state;

pub use error::{Mismatch, WeightsError};
pub use foreign::ForeignWeights;
pub use load_options::LoadOptions;
pub use partial::LoadedWeights;

pub(crate) use checkpoint::{load_training, load_weights, training_content, weights_content};
pub(crate) use ensemble::{MemberContent, join_members, join_results, split_members};
pub(crate) use file::{Content, Source, check_name};
pub(crate) use partial::load_matching_weights;
pub(crate) use training_state::TrainingState;
