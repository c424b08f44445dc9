//! Processes that train one network together, and the messages among them.

mod error;
mod message;

pub use error::RankError;
pub(crate) use message::{Reader, gather, put};

/// Messages among the processes of one training, its ranks. The crate `mlp_mpi` implements it with MPI.
///
/// All ranks call the same methods in the same order, and a method returns when the messages of all ranks have arrived. A rank
/// that cannot be reached has to end the program: the others would wait for it forever.
///
/// The single rank of a program on its own:
///
/// ```
/// # mod mlp { pub mod training { pub use mlp_train::Communicator; } }
/// use mlp::training::Communicator;
///
/// struct Alone;
///
/// impl Communicator for Alone {
///     fn rank(&self) -> usize {
///         0
///     }
///     fn size(&self) -> usize {
///         1
///     }
///     fn all_gather(&self, send: &[u8], receive: &mut [u8], _counts: &[usize]) {
///         receive.copy_from_slice(send);
///     }
///     fn all_to_all(&self, send: &[u8], _sent: &[usize], receive: &mut [u8], _received: &[usize]) {
///         receive.copy_from_slice(send);
///     }
/// }
/// ```
pub trait Communicator {
    /// Returns the number of this process, below [`size`](Self::size).
    fn rank(&self) -> usize;

    /// Returns the number of processes.
    fn size(&self) -> usize;

    /// Sends bytes to all ranks, and receives those of all ranks in their order. `counts` has the number of bytes of each rank,
    /// the same on all ranks.
    fn all_gather(&self, send: &[u8], receive: &mut [u8], counts: &[usize]);

    /// Sends a part of `send` to each rank, and receives a part of each. `sent` and `received` have the numbers of bytes of the
    /// parts, in the order of the ranks.
    fn all_to_all(&self, send: &[u8], sent: &[usize], receive: &mut [u8], received: &[usize]);
}
