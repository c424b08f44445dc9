//! Training: `compile` and `fit`, callbacks, L-BFGS, gradient tapes, the static trainer, and errors.

mod callbacks;
mod classification;
mod errors;
mod finite;
mod fit;
mod lbfgs;
mod loss_extremes;
mod options_at_run_time;
mod tape;
mod trainer;
