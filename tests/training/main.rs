//! Training: `compile` and `fit`, callbacks, L-BFGS, gradient tapes, the static trainer, and errors.

mod callbacks;
mod classification;
mod data_forms;
mod errors;
mod finite;
mod fit;
mod joint_losses;
mod lbfgs;
mod loss_extremes;
mod options_at_run_time;
mod streams_of_batches;
mod tape;
mod trainer;
mod updates;
