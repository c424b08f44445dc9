//! Training of `mlp` on several machines with MPI. Use the crate `mlp` with the feature `mpi`.

use core::fmt::Display;
use std::process;

use mlp_train::Communicator;
use mpi::Count;
use mpi::datatype::{Partition, PartitionMut};
use mpi::environment::Universe;
use mpi::topology::SimpleCommunicator;
use mpi::traits::{Communicator as _, CommunicatorCollectives as _};

/// All processes that `mpirun` has started, or the single process of a program without it.
///
/// When a rank panics, it ends all others, which would wait for it forever. [`run`] does the same for an error.
pub struct World {
    world: SimpleCommunicator,
    _universe: Universe,
}

/// The reason why there is no [`World`].
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("MPI runs already: expected one call of World::new in a program")]
pub struct InitializedTwice;

impl World {
    /// Starts MPI. A program can do this once.
    ///
    /// # Errors
    /// If MPI runs already.
    pub fn new() -> Result<Self, InitializedTwice> {
        let universe = mpi::initialize().ok_or(InitializedTwice)?;
        Ok(Self { world: universe.world(), _universe: universe })
    }

    /// Returns the rows of this rank, if all ranks know all `samples`: parts of nearly equal size.
    pub fn shard(&self, samples: usize) -> core::ops::Range<usize> {
        let start = |rank: usize| samples / self.size() * rank + (samples % self.size()).min(rank);
        start(self.rank())..start(self.rank() + 1)
    }

    /// Returns the number of processes.
    pub fn size(&self) -> usize {
        self.world.size() as usize
    }

    /// Returns whether this is rank 0, which prints and writes.
    pub fn is_first(&self) -> bool {
        self.world.rank() == 0
    }

    /// Prints an error with the number of this rank, and ends all ranks.
    pub fn fail(&self, error: impl Display) -> ! {
        eprintln!("rank {} ends the training: {error}", self.rank());
        self.world.abort(1)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.fail("it has panicked");
        }
    }
}

impl Communicator for World {
    fn rank(&self) -> usize {
        self.world.rank() as usize
    }

    fn size(&self) -> usize {
        self.world.size() as usize
    }

    fn all_gather(&self, send: &[u8], receive: &mut [u8], counts: &[usize]) {
        let (counts, starts) = self.partition(counts);
        let nothing = &mut [0; 1];
        let receive = if receive.is_empty() { &mut nothing[..0] } else { receive };
        self.world.all_gather_varcount_into(not_in_place(send), &mut PartitionMut::new(receive, counts, starts));
    }

    fn all_to_all(&self, send: &[u8], sent: &[usize], receive: &mut [u8], received: &[usize]) {
        let (sent, sent_starts) = self.partition(sent);
        let (received, received_starts) = self.partition(received);
        let nothing = &mut [0; 1];
        let receive = if receive.is_empty() { &mut nothing[..0] } else { receive };
        self.world.all_to_all_varcount_into(
            &Partition::new(not_in_place(send), sent, sent_starts),
            &mut PartitionMut::new(receive, received, received_starts),
        );
    }
}

impl World {
    /// Returns the counts of a message and their sums, which MPI limits to 2³¹ − 1.
    fn partition(&self, counts: &[usize]) -> (Vec<Count>, Vec<Count>) {
        let convert = |count: usize| match Count::try_from(count) {
            Ok(count) => count,
            Err(_) => self.fail(format_args!("a message of {count} bytes is too long for MPI")),
        };
        let start = |rank| convert(counts[..rank].iter().sum());
        (counts.iter().map(|&count| convert(count)).collect(), (0..counts.len()).map(start).collect())
    }
}

/// Returns the same bytes at another address if there are none: an empty slice may have the address 1, which Open MPI reads as
/// `MPI_IN_PLACE`.
fn not_in_place(send: &[u8]) -> &[u8] {
    static NOTHING: [u8; 1] = [0];
    if send.is_empty() { &NOTHING[..0] } else { send }
}

/// Starts MPI, and runs the program on each rank. If it returns an error on one of them, all ranks end.
///
/// ```no_run
/// # mod mlp { pub use mlp_mpi as mpi; pub mod training { pub use mlp_train::Communicator; } }
/// use mlp::training::Communicator as _;
///
/// mlp::mpi::run(|world| {
///     println!("rank {} of {}", world.rank(), world.size());
///     Ok::<_, std::io::Error>(())
/// });
/// ```
pub fn run<E: Display>(program: impl FnOnce(&World) -> Result<(), E>) {
    match World::new() {
        Ok(world) => {
            if let Err(error) = program(&world) {
                world.fail(error);
            }
        }
        Err(error) => {
            eprintln!("{error}");
            process::exit(1);
        }
    }
}
