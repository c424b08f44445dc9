//! Metrics of which some know the weights of samples.

use crate::layers::Shape;
use crate::losses::MetricInput;
use crate::scalar::Scalar;

use super::metric_list::MetricList;

/// Metrics to which each sample counts alike, and metrics to which it counts as much as its weight: what
/// [`Compiled::weighted_metrics`](super::Compiled::weighted_metrics) makes of two lists.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WithWeighted<M, W> {
    pub(super) plain: M,
    pub(super) weighted: W,
}

#[diagnostic::do_not_recommend]
impl<T, Outputs, Targets, M, W> MetricList<T, Outputs, Targets> for WithWeighted<M, W>
where
    T: Scalar,
    Outputs: Shape,
    Targets: Shape,
    M: MetricList<T, Outputs, Targets>,
    W: MetricList<T, Outputs, Targets>,
{
    type States = (M::States, W::States);

    fn begin(&self) -> Self::States {
        (self.plain.begin(), self.weighted.begin())
    }
    fn reset(&self, (plain, weighted): &mut Self::States) {
        self.plain.reset(plain);
        self.weighted.reset(weighted);
    }
    /// Keras: a weighted metric that is there without weights too is called so.
    fn names(&self, outputs: &[&str]) -> Vec<String> {
        let mut names = self.plain.names(outputs);
        for name in self.weighted.names(outputs) {
            let name = if names.contains(&name) { told_apart(&name, outputs) } else { name };
            names.push(name);
        }
        names
    }
    fn add(&self, (plain, weighted): &mut Self::States, compared: MetricInput<'_, T>) {
        self.plain.add(plain, compared);
        self.weighted.add(weighted, compared);
    }
    fn observe(&self, (plain, weighted): &mut Self::States, compared: MetricInput<'_, T>) {
        self.plain.observe(plain, compared);
        self.weighted.add(weighted, compared);
    }
    fn values(&self, (plain, weighted): &Self::States, each: &mut dyn FnMut(f64)) {
        self.plain.values(plain, each);
        self.weighted.values(weighted, each);
    }
}

/// `weighted_name`, behind the output's name where there are several.
fn told_apart(name: &str, outputs: &[&str]) -> String {
    let metric = |output| name.strip_prefix(output)?.strip_prefix('_');
    match outputs.iter().find_map(|&output| Some((output, metric(output)?))).filter(|_| outputs.len() > 1) {
        Some((output, metric)) => format!("{output}_weighted_{metric}"),
        None => format!("weighted_{name}"),
    }
}
