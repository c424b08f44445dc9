/// The reason why several ranks cannot train together. All ranks return it, and it names the rank that caused it.
#[derive(Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RankError {
    /// A rank whose data, options or callbacks are invalid.
    #[error("rank {rank}: {message}")]
    Failed {
        /// The rank.
        rank: usize,
        /// Its error.
        message: String,
    },
    /// A rank without samples.
    #[error("rank {rank} has no samples: expected at least one on each of {ranks} ranks")]
    EmptyShard {
        /// The first rank without samples.
        rank: usize,
        /// Number of ranks.
        ranks: usize,
    },
    /// A batch with fewer samples than ranks.
    #[error(
        "rank {rank} has no sample of a batch of {batch_size}: expected a batch of at least {ranks}, one for each rank"
    )]
    SmallBatch {
        /// The first rank without a sample.
        rank: usize,
        /// Number of samples of a batch.
        batch_size: usize,
        /// Number of ranks.
        ranks: usize,
    },
    /// A rank with another build, network, optimizer or argument of `fit` than rank 0.
    #[error("rank {rank} has another {what} than rank 0: expected {expected}, found {found}")]
    Mismatch {
        /// The first rank that differs.
        rank: usize,
        /// Name of what differs.
        what: String,
        /// Value on rank 0.
        expected: String,
        /// Value on the rank.
        found: String,
    },
}

mlp_core::debug_as_display!(RankError);
