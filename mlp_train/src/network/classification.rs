use mlp_core::layers::Features;
use mlp_core::losses::LossList;
use mlp_core::optimizers::Optimizer;
use mlp_core::{DataError, Scalar};
use mlp_data::Batch;
use nalgebra::{Const, Matrix, RawStorageMut};

use super::{Compiled, Network};
use crate::dataset::Data;

impl<N, O, L, M, const CLASSES: usize> Compiled<N, O, L, M>
where
    N: Network<Output = Features<CLASSES>>,
    O: Optimizer,
    L: LossList<N::Scalar, Features<CLASSES>>,
{
    /// Returns the probabilities of the classes, one row per sample: the softmax or sigmoid of the predictions if the loss
    /// expects logits, or else the predictions. scikit-learn: `predict_proba`.
    ///
    /// ```
    /// # extern crate mlp_core as mlp;
    /// use mlp::losses::SparseCategoricalCrossentropy;
    /// use mlp::optimizers::Adam;
    /// # fn check<N: mlp_train::Network<Scalar = f32>>(
    /// #     model: mlp_train::Compiled<N, Adam, SparseCategoricalCrossentropy>,
    /// # ) where
    /// #     N: mlp_core::layers::Module<Input = mlp_core::layers::Features<2>, Output = mlp_core::layers::Features<3>>,
    /// # {
    /// let x = [[0.1_f32, 0.2], [0.3, 0.4]];
    /// let probabilities = model.predict_proba(&x).expect("the data is finite");
    /// assert!((probabilities.row(0).sum() - 1.0).abs() < 1e-6);
    /// assert_eq!(model.predict_classes(&x).expect("the data is finite").len(), 2);
    /// # }
    /// ```
    ///
    /// # Errors
    /// If `x` has no rows, or a value is NaN or infinite.
    pub fn predict_proba<X>(&self, x: &X) -> Result<Batch<N::Scalar, CLASSES>, DataError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
    {
        let mut outputs = self.predict(x)?;
        match self.learner.loss.of_logits(0) {
            Some((_, "softmax")) => outputs.row_iter_mut().for_each(|mut row| softmax(&mut row)),
            Some(_) => outputs.apply(|logit| *logit = sigmoid(*logit)),
            None => {}
        }
        Ok(outputs)
    }

    /// Returns the index of the most probable class of each sample: that of the largest output, or, for a single output, 1 if
    /// its probability is above one half, and 0 otherwise.
    ///
    /// # Errors
    /// If `x` has no rows, or a value is NaN or infinite.
    pub fn predict_classes<X>(&self, x: &X) -> Result<Vec<usize>, DataError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
    {
        let probabilities = self.predict_proba(x)?;
        let half = N::Scalar::from_f64(0.5);
        Ok(match CLASSES {
            1 => probabilities.iter().map(|&probability| usize::from(probability > half)).collect(),
            _ => mlp_data::argmax(&probabilities),
        })
    }
}

// pₖ = exp(zₖ − m) / Σⱼ exp(zⱼ − m),  m = maxⱼ zⱼ
fn softmax<T: Scalar, const CLASSES: usize>(
    row: &mut Matrix<T, Const<1>, Const<CLASSES>, impl RawStorageMut<T, Const<1>, Const<CLASSES>>>,
) {
    let max = row.iter().fold(T::neg_infinity(), |max, &logit| max.max(logit));
    row.apply(|logit| *logit = (*logit - max).exp());
    let total: T = row.iter().copied().sum();
    row.apply(|value| *value /= total);
}

// p = 1 / (1 + exp(−z))
fn sigmoid<T: Scalar>(logit: T) -> T {
    (T::one() + (-logit).exp()).recip()
}
