use super::Schedule;

/// A first value up to and with a first boundary, the next up to and with the next one, and so on. Keras:
/// `PiecewiseConstantDecay`.
#[derive(Clone, Debug, PartialEq)]
pub struct PiecewiseConstantDecay {
    boundaries: Vec<u64>,
    values: Vec<f64>,
}

impl PiecewiseConstantDecay {
    /// Rising boundaries, and one value more: 0.1 for steps 0 to 100, 0.01 from then on, for
    /// `PiecewiseConstantDecay::new([100], [0.1, 0.01])`. Other numbers of values do not compile:
    ///
    /// ```compile_fail,E0080
    /// mlp_core::optimizers::PiecewiseConstantDecay::new([100], [0.1]);
    /// ```
    pub fn new<const BOUNDARIES: usize, const VALUES: usize>(
        boundaries: [u64; BOUNDARIES],
        values: [f64; VALUES],
    ) -> Self {
        const { assert!(VALUES == BOUNDARIES + 1, "there is one value more than there are boundaries") };
        Self { boundaries: boundaries.into(), values: values.into() }
    }
}

impl Schedule for PiecewiseConstantDecay {
    fn learning_rate(&self, step: u64) -> f64 {
        self.values[self.boundaries.iter().filter(|&&boundary| step > boundary).count()]
    }
}
