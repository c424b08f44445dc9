//! The loss and the metrics of samples that are not trained on.

use core::ops::Range;

use crate::losses::LossInput;
use crate::optimizers::Optimizer;

use super::check;
use super::compiled::Compiled;
use super::data::Data;
use super::error::DataError;
use super::loss_list::{LossList, MOST_OUTPUTS};
use super::metric_list::MetricList;
use super::network::Network;
use super::workspace::Samples;

/// The result of [`Compiled::evaluate`] and of [`Compiled::partial_fit`].
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// The mean loss.
    pub loss: f64,
    /// The loss of each output, where there are several, and each metric, under its name.
    pub metrics: Vec<(String, f64)>,
}

impl<N, O, L, M> Compiled<N, O, L, M>
where
    N: Network,
    O: Optimizer,
    L: LossList<N::Scalar, N::Output>,
    M: MetricList<N::Scalar, N::Output, L::Targets>,
{
    /// The loss and the metrics of samples that are not trained on. Keras: `model.evaluate`.
    ///
    /// # Errors
    /// If the data cannot be used.
    pub fn evaluate<X, Y>(&mut self, x: &X, y: &Y) -> Result<Evaluation, DataError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        check::pair(x, y, &self.loss)?;
        Ok(self.figures(Samples { x, y, weights: None }))
    }

    pub(super) fn figures<X, Y>(&mut self, data: Samples<'_, N::Scalar, X, Y>) -> Evaluation
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        let (mut figures, mut states) = (Vec::new(), self.metrics.begin());
        self.assess(data, 0..data.x.samples(), &mut states, &mut |figure| figures.push(figure));
        self.named(figures)
    }

    /// All figures under their names.
    pub(super) fn named(&self, figures: Vec<f64>) -> Evaluation {
        let mut figures = figures.into_iter();
        let loss = figures.next().unwrap_or(f64::NAN);
        Evaluation { loss, metrics: self.names().into_iter().skip(1).zip(figures).collect() }
    }

    /// Calls `each` with the loss of the samples of a range, with that of each output where there are several, and with every
    /// metric. It allocates nothing.
    pub(super) fn assess<X, Y>(
        &mut self,
        data: Samples<'_, N::Scalar, X, Y>,
        range: Range<usize>,
        states: &mut M::States,
        each: &mut dyn FnMut(f64),
    ) where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        let Self { network, options, loss, loss_weights, metrics, workspace, .. } = self;
        metrics.reset(states);
        let (samples, mut total, mut sums) = (range.len() as f64, 0.0, [0.0; MOST_OUTPUTS]);
        workspace.compare::<L::Targets>(network, options, data, range, |pairs| {
            let input = LossInput::without_gradient(pairs);
            total += loss.evaluate(input, loss_weights, &mut sums[..L::COUNT]);
            metrics.observe(states, pairs);
        });
        each(total / samples + network.penalty(options, None));
        if L::COUNT > 1 {
            sums[..L::COUNT].iter().for_each(|sum| each(sum / samples));
        }
        metrics.values(states, each);
    }
}
