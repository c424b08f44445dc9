use super::Schedule;

/// `valuesₖ` for steps above boundary `k − 1` and up to boundary `k`: a constant between two boundaries.
///
/// Keras: `PiecewiseConstantDecay`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PiecewiseConstantDecay<const BOUNDARIES: usize, const VALUES: usize> {
    boundaries: [u64; BOUNDARIES],
    values: [f64; VALUES],
}

impl<const BOUNDARIES: usize, const VALUES: usize> PiecewiseConstantDecay<BOUNDARIES, VALUES> {
    /// Creates a schedule from ascending boundaries and one value more than there are boundaries.
    ///
    /// `PiecewiseConstantDecay::new([100], [0.1, 0.01])` is 0.1 for steps 0 to 100, then 0.01. Another number of values
    /// does not compile:
    ///
    /// ```compile_fail,E0080
    /// # extern crate mlp_core as mlp;
    /// mlp::optimizers::PiecewiseConstantDecay::new([100], [0.1]);
    /// ```
    pub fn new(boundaries: [u64; BOUNDARIES], values: [f64; VALUES]) -> Self {
        const { assert!(VALUES == BOUNDARIES + 1, "expected one value more than there are boundaries") };
        Self { boundaries, values }
    }
}

impl<const BOUNDARIES: usize, const VALUES: usize> Schedule for PiecewiseConstantDecay<BOUNDARIES, VALUES> {
    fn learning_rate(&self, step: u64) -> f64 {
        self.values[self.boundaries.iter().filter(|&&boundary| step > boundary).count()]
    }
}
