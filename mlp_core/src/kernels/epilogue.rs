//! Operations fused into the stores of gemm and gemv.

/// An operation on each output of a matrix product, applied in registers before the output is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Epilogue {
    /// `y = z`
    Identity,
    /// `y = max(z, 0)`
    Relu,
}
