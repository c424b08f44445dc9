//! Optimizer state in checkpoints.

/// Optimizer state that a checkpoint holds: [`Optimizer::State`](super::Optimizer::State).
///
/// Keras: `save_own_variables` and `load_own_variables`.
///
/// ```
/// # extern crate mlp_core as mlp;
/// use mlp::optimizers::{Checkpoint, Slots, StateReader, StateWriter};
/// use mlp::{Memory, Parameters};
///
/// struct MomentumState<N: Parameters, M: Memory> {
///     momentum: Slots<N, M>,
///     product: f64,
/// }
///
/// impl<N: Parameters, M: Memory> Checkpoint<N> for MomentumState<N, M> {
///     fn write(&self, writer: &mut dyn StateWriter<N>) {
///         self.momentum.write(writer);
///         writer.number("product", self.product);
///     }
///     fn read(&mut self, reader: &mut dyn StateReader<N>) {
///         self.momentum.read(reader);
///         reader.number("product", &mut self.product);
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be kept in a checkpoint",
    label = "not `Checkpoint`",
    note = "the state of an optimizer is `()`, `Slots<N, M>`, or a type that implements `Checkpoint<N>`"
)]
pub trait Checkpoint<N> {
    /// Writes the state. Every value has a name of its own.
    fn write(&self, writer: &mut dyn StateWriter<N>);

    /// Reads the state under the names that [`write`](Self::write) uses.
    fn read(&mut self, reader: &mut dyn StateReader<N>);
}

/// Checkpoint being written.
pub trait StateWriter<N> {
    /// Writes a number.
    fn number(&mut self, name: &str, number: f64);
    /// Writes a counter.
    fn count(&mut self, name: &str, count: u64);
    /// Writes one value per parameter.
    fn values(&mut self, name: &str, values: &N);
}

/// Checkpoint being read. It reports missing and invalid values, which leave their destination unchanged.
pub trait StateReader<N> {
    /// Reads a number.
    fn number(&mut self, name: &str, number: &mut f64);
    /// Reads a counter.
    fn count(&mut self, name: &str, count: &mut u64);
    /// Reads one value per parameter.
    fn values(&mut self, name: &str, values: &mut N);
}

impl<N> Checkpoint<N> for () {
    fn write(&self, _writer: &mut dyn StateWriter<N>) {}
    fn read(&mut self, _reader: &mut dyn StateReader<N>) {}
}
