//! Chains of dense layers in 8-bit integers, for processors without floating-point instructions.
//!
//! ```text
//! x ≈ sx · qx                                   qx from −127 to 127, one scale for each value between layers
//! W[o, i] ≈ sw[o] · qw[o, i]                    one scale for each output
//! qz[o] = round((Σᵢ qw[o, i] · qx[i] + qb[o]) · sw[o] · sx / sz)      sums in 32 bits, the factor in fixed point
//! qy[o] = table[qz[o]]                          the activation
//! ```
//!
//! [`quantize`] chooses the scales from the largest values on some samples, after training. The result has no floating-point
//! operation between its input and its output. Its `Display` is Rust code, so a host quantizes, and a microcontroller has the
//! layers as a `static` in flash. TensorFlow Lite: full integer quantization, with per-channel scales and zero points of 0.
//!
//! Source: Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", 2018.

mod calibration;
mod chain;
mod dense;

pub use calibration::{DenseLayers, Range, quantize};
pub use chain::{Quantized, QuantizedLayers};
pub use dense::QuantizedDense;
