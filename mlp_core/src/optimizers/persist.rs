//! What an optimizer remembers, on its way into a file and out of it.

use super::Slots;
use crate::layers::Layer;

/// A memory that can be written to a file and read back: of an optimizer, [`Optimizer::State`](super::Optimizer::State).
///
/// One method serves both ways, so that they cannot differ: it shows everything that is remembered to an [`StateVisitor`], which
/// looks at it or sets it.
///
/// ```
/// use mlp_core::layers::Layer;
/// use mlp_core::optimizers::{Checkpoint, Slots, StateVisitor};
///
/// struct MomentumState<N> {
///     momentum: Slots<N>,
///     product: f64,
/// }
///
/// impl<N: Layer> Checkpoint<N> for MomentumState<N> {
///     fn persist(&mut self, archive: &mut dyn StateVisitor<N>) {
///         self.momentum.persist(archive);
///         archive.number("product", &mut self.product);
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be kept in a checkpoint",
    label = "not `Checkpoint`",
    note = "the state of an optimizer is `()`, `Slots<N>`, or a type that implements `Checkpoint<N>`"
)]
pub trait Checkpoint<N> {
    /// Shows the archive every number and every value of the network's type, each under a name of its own.
    fn persist(&mut self, archive: &mut dyn StateVisitor<N>);
}

/// Looks at what is remembered, or sets it.
pub trait StateVisitor<N> {
    /// A number.
    fn number(&mut self, name: &str, number: &mut f64);
    /// A number that counts something.
    fn count(&mut self, name: &str, count: &mut u64);
    /// A number for each parameter.
    fn values(&mut self, name: &str, values: &mut N);
}

impl<N> Checkpoint<N> for () {
    fn persist(&mut self, _archive: &mut dyn StateVisitor<N>) {}
}

impl<N: Layer> Checkpoint<N> for Slots<N> {
    fn persist(&mut self, archive: &mut dyn StateVisitor<N>) {
        let names = ["slot_0", "slot_1", "slot_2", "slot_3"];
        self.iter_mut().zip(names).for_each(|(values, name)| archive.values(name, values));
    }
}
