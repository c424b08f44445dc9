//! Comparison with Keras, PyTorch, JAX, SciPy and scikit-learn. Their values are in `*.txt`, each written by a script in this
//! folder.

mod activations;
mod derivatives;
mod functional;
mod golden;
mod initializers;
mod jacobian;
mod layers;
mod least_squares;
mod losses;
mod optimizers;
mod policies;
mod replay;
mod reports;
mod trainings;
