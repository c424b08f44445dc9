use core::fmt;
use std::error::Error;

use crate::error::TrainingError;
use crate::report::History;

/// Members of an ensemble that could not be trained. The other members are trained to their end.
#[derive(Clone, PartialEq)]
pub struct EnsembleError {
    /// Index and error of each such member, in order.
    pub failures: Vec<(usize, TrainingError)>,
    /// History of each member; `None` for those that failed, and after a call that makes a single step.
    pub histories: Vec<Option<History>>,
}

impl fmt::Display for EnsembleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((member, error)) = self.failures.first() else { return f.write_str("no member failed") };
        write!(f, "member {member}: {error}")?;
        match &self.failures[1..] {
            [] => Ok(()),
            others => {
                let others: Vec<String> = others.iter().map(|(member, _)| member.to_string()).collect();
                write!(f, " (and the members {})", others.join(", "))
            }
        }
    }
}

mlp_core::debug_as_display!(EnsembleError);

impl Error for EnsembleError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.failures.first().and_then(|(_, error)| error.source())
    }
}
