use nalgebra::{DMatrix, SymmetricEigen};

use super::NormalMatrix;

/// The inverse of `JᵀJ + Λ`, and the number of parameters that the data determines.
pub(crate) struct Covariance {
    /// The pseudo-inverse: zero in directions that neither data nor penalties determine.
    pub(crate) inverse: DMatrix<f64>,
    /// `trace(JᵀJ (JᵀJ + Λ)⁻¹)`
    pub(crate) effective_parameters: f64,
}

impl Covariance {
    /// Inverts `JᵀJ + Λ`. `penalties` is the diagonal of `Λ`; empty if there are none.
    pub(crate) fn new(matrix: &NormalMatrix, unknowns: usize, penalties: &[f64]) -> Self {
        let mut product = DMatrix::zeros(unknowns, unknowns);
        for column in 0..unknowns {
            for (row, &element) in (column..unknowns).zip(matrix.column(column)) {
                product[(row, column)] = element;
                product[(column, row)] = element;
            }
        }
        let mut penalized = product.clone();
        penalties.iter().enumerate().for_each(|(unknown, penalty)| penalized[(unknown, unknown)] += penalty);
        // With a diagonal of ones, the eigenvalues do not depend on the scales of the parameters.
        let scales: Vec<f64> = penalized.diagonal().iter().map(|&d| if d > 0.0 { d.sqrt() } else { 1.0 }).collect();
        let scaled = DMatrix::from_fn(unknowns, unknowns, |row, column| {
            penalized[(row, column)] / (scales[row] * scales[column])
        });
        let eigen = SymmetricEigen::new(scaled);
        let largest = eigen.eigenvalues.iter().copied().fold(0.0, f64::max);
        let least = unknowns as f64 * f64::EPSILON * largest;
        let mut vectors = eigen.eigenvectors;
        for (mut vector, &value) in vectors.column_iter_mut().zip(&eigen.eigenvalues) {
            vector *= if value > least { value.sqrt().recip() } else { 0.0 };
            vector.iter_mut().zip(&scales).for_each(|(element, scale)| *element /= scale);
        }
        let inverse = &vectors * vectors.transpose();
        let effective_parameters = product.component_mul(&inverse).sum();
        Self { inverse, effective_parameters }
    }
}
