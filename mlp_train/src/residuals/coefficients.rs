use mlp_core::{MAX_COEFFICIENTS, Scalar};

/// Names of the trained parameters of all terms, in the order of the network's coefficients. Parameters of the same name are
/// one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Coefficients {
    names: Vec<&'static str>,
}

impl Coefficients {
    /// Returns the index of a parameter, and whether it is new.
    ///
    /// # Panics
    /// If there are more than [`MAX_COEFFICIENTS`] names.
    pub(crate) fn add(&mut self, name: &'static str) -> (usize, bool) {
        if let Some(index) = self.names.iter().position(|known| *known == name) {
            return (index, false);
        }
        assert!(self.names.len() < MAX_COEFFICIENTS, "equations may have {MAX_COEFFICIENTS} trained parameters");
        self.names.push(name);
        (self.names.len() - 1, true)
    }
}

impl Coefficients {
    /// Returns the number of coefficients that the network has use for.
    pub(crate) fn count(&self) -> usize {
        self.names.len()
    }
}

/// Adds gradients with respect to the parameters of a residual to those of the coefficients.
pub(super) fn scatter<T: Scalar>(gradients: &[f64], indices: &[usize], target: &mut [T]) {
    for (&gradient, &index) in gradients.iter().zip(indices) {
        target[index] += T::from_f64(gradient);
    }
}
