//! Compiled networks on the screen.

use core::any::type_name;
use core::fmt::{self, Debug, Display, Formatter};

use mlp_core::optimizers::Optimizer;

use super::{Compiled, Network};
use crate::summary::Summary;

impl<N: Network, O: Optimizer, L, M> Debug for Compiled<N, O, L, M> {
    /// Formats the name of the network, the number of its parameters, the optimizer, the loss, the metrics and the number of
    /// epochs so far, without the weights.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compiled")
            .field("network", &N::NAME)
            .field("parameters", &N::COUNT)
            .field("optimizer", &format_args!("{}({:?})", O::NAME, self.learner.optimizer.learning_rate()))
            .field("loss", &format_args!("{}", short_name::<L>()))
            .field("metrics", &format_args!("{}", short_name::<M>()))
            .field("epochs", &self.learner.epochs)
            .finish_non_exhaustive()
    }
}

impl<N: Network, O: Optimizer, L, M> Display for Compiled<N, O, L, M> {
    /// Writes the summary of the network, and a line with the optimizer, the loss and the metrics.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", Summary::with_options::<N>(&self.learner.options.values))?;
        let rate = self.learner.optimizer.learning_rate();
        write!(f, " Optimizer: {} (learning rate {rate:?}), loss: {}", O::NAME, short_name::<L>())?;
        match short_name::<M>().as_str() {
            "()" => Ok(()),
            metrics => write!(f, ", metrics: {metrics}"),
        }
    }
}

/// Returns the name of a type without the paths of modules.
fn short_name<T>() -> String {
    let name = type_name::<T>();
    let mut short = String::new();
    for part in name.split_inclusive([',', '<', '>', '(', ')', ' ', '&']) {
        short.push_str(part.rsplit("::").next().unwrap_or(part));
    }
    short
}
