use mlp_core::Scalar;
use mlp_core::layers::Shape;
use mlp_core::losses::MetricInput;

use crate::metrics::MonitorMode;

use super::{MetricError, MetricList, OutputContext};

/// Two lists of metrics, of which only the second one uses sample weights. See
/// [`Compiled::weighted_metrics`](crate::Compiled::weighted_metrics).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WithWeighted<M, W> {
    pub(crate) unweighted: M,
    pub(crate) weighted: W,
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
    const IS_EMPTY: bool = M::IS_EMPTY && W::IS_EMPTY;

    fn init(&self) -> Self::States {
        (self.unweighted.init(), self.weighted.init())
    }
    fn reset(&self, (unweighted, weighted): &mut Self::States) {
        self.unweighted.reset(unweighted);
        self.weighted.reset(weighted);
    }
    /// Returns the names of both lists. As in Keras, a weighted metric that is also in the first list gets a prefix.
    fn names(&self, outputs: &[&str]) -> Vec<String> {
        let mut names = self.unweighted.names(outputs);
        for name in self.weighted.names(outputs) {
            let name = if names.contains(&name) { with_prefix(&name, outputs) } else { name };
            names.push(name);
        }
        names
    }
    fn modes(&self) -> Vec<Option<MonitorMode>> {
        [self.unweighted.modes(), self.weighted.modes()].concat()
    }
    fn check(&self, first: usize, context: &dyn Fn(usize) -> OutputContext) -> Result<(), MetricError> {
        self.unweighted.check(first, context)?;
        self.weighted.check(first, context)
    }
    fn update(&self, (unweighted, weighted): &mut Self::States, compared: MetricInput<'_, T>) {
        self.unweighted.update(unweighted, compared);
        self.weighted.update(weighted, compared);
    }
    fn update_unweighted(&self, (unweighted, weighted): &mut Self::States, compared: MetricInput<'_, T>) {
        self.unweighted.update_unweighted(unweighted, compared);
        self.weighted.update(weighted, compared);
    }
    fn results(&self, (unweighted, weighted): &Self::States, each: &mut dyn FnMut(f64)) {
        self.unweighted.results(unweighted, each);
        self.weighted.results(weighted, each);
    }
}

/// Returns `weighted_name`, or `output_weighted_name` if there are several outputs.
fn with_prefix(name: &str, outputs: &[&str]) -> String {
    let metric = |output| name.strip_prefix(output)?.strip_prefix('_');
    match outputs.iter().find_map(|&output| Some((output, metric(output)?))).filter(|_| outputs.len() > 1) {
        Some((output, metric)) => format!("{output}_weighted_{metric}"),
        None => format!("weighted_{name}"),
    }
}
