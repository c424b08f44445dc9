//! Training on several machines with MPI, with the feature `mpi`.

pub use mlp_mpi::{InitializedTwice, World, run};
