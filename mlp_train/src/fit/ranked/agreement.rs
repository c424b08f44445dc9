//! Checks before the ranks exchange anything else: all of them train the same, and none has an error.

use std::any::type_name;

use mlp_core::Scalar as _;
use mlp_core::kernels::InstructionSet;
use mlp_core::optimizers::Optimizer;

use crate::network::{Learner, Network};
use crate::ranks::{Communicator, RankError, gather};

/// Names and values that are the same on all ranks.
pub(super) type Statement = Vec<(&'static str, String)>;

/// Separates the parts of a message. Types and numbers do not contain it.
const SEPARATOR: char = '\u{1f}';

/// Sends a statement, the number of rows and an error to all ranks, and returns the number of rows of each.
pub(super) fn agree(
    communicator: &dyn Communicator,
    statement: &Statement,
    local: Result<usize, String>,
) -> Result<Vec<usize>, RankError> {
    let (samples, message) = match local {
        Ok(samples) => (samples, String::new()),
        Err(message) => (0, message),
    };
    let mut parts = vec![samples.to_string(), message.replace(SEPARATOR, " ")];
    parts.extend(statement.iter().flat_map(|(name, value)| [(*name).into(), value.replace(SEPARATOR, " ")]));
    let messages = gather(communicator, parts.join(&SEPARATOR.to_string()).as_bytes());
    let ranks: Vec<Vec<String>> = messages
        .iter()
        .map(|message| String::from_utf8_lossy(message).split(SEPARATOR).map(str::to_owned).collect())
        .collect();
    check(&ranks)?;
    Ok(ranks.iter().map(|parts| parts[0].parse().unwrap_or(0)).collect())
}

/// Checks the messages of all ranks.
fn check(ranks: &[Vec<String>]) -> Result<(), RankError> {
    for (rank, parts) in ranks.iter().enumerate() {
        if let Some(message) = parts.get(1).filter(|message| !message.is_empty()) {
            return Err(RankError::Failed { rank, message: message.clone() });
        }
    }
    if let Some(rank) = ranks.iter().position(|parts| parts[0] == "0") {
        return Err(RankError::EmptyShard { rank, ranks: ranks.len() });
    }
    let expected = &ranks[0][2..];
    for (rank, parts) in ranks.iter().enumerate() {
        let pairs = parts.get(2..).unwrap_or(&[]).chunks(2).zip(expected.chunks(2));
        let found = pairs.clone().find(|(found, expected)| found != expected);
        if let Some(([what, found], [_, expected])) = found {
            return Err(RankError::Mismatch {
                rank,
                what: what.clone(),
                expected: expected.clone(),
                found: found.clone(),
            });
        }
        if pairs.count() * 2 != expected.len() || parts.len() != ranks[0].len() {
            let version = |parts: &[String]| parts.get(3).cloned().unwrap_or_default();
            let (expected, found) = (version(&ranks[0]), version(parts));
            return Err(RankError::Mismatch { rank, what: "build".into(), expected, found });
        }
    }
    Ok(())
}

impl<N: Network, O: Optimizer, L> Learner<N, O, L> {
    /// Returns the build, and the network with its optimizer and the state of its training.
    pub(super) fn statement(&self) -> Statement {
        vec![
            ("version of mlp", env!("CARGO_PKG_VERSION").into()),
            ("instruction set", format!("{:?} on {}", InstructionSet::selected(), std::env::consts::ARCH)),
            ("network", type_name::<N>().into()),
            ("number of parameters", N::COUNT.to_string()),
            ("optimizer", type_name::<O>().into()),
            ("loss", type_name::<L>().into()),
            ("learning rate", format!("{:?}", self.optimizer.learning_rate())),
            ("number of steps", self.optimizer.batches().to_string()),
            ("number of epochs", self.epochs.to_string()),
            ("hash of the weights", format!("{:016x}", hash(self.network.as_slice().iter().map(|x| x.to_f64())))),
            ("state of the random numbers", format!("{:?}", self.rng)),
            ("loss weights", format!("{:?}", self.loss_weights)),
        ]
    }
}

/// Returns the FNV-1a hash of the bits of some numbers.
fn hash(values: impl Iterator<Item = f64>) -> u64 {
    values
        .flat_map(f64::to_ne_bytes)
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
