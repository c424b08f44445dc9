//! What an optimizer remembers, into a file's content and out of it.

use core::str::FromStr;

use super::Mismatch;
use super::file::{Content, Entries};
use super::fill::{self, Tensors};
use crate::layers::Variable;
use crate::optimizers::{StateReader, StateWriter};
use crate::parameters::Parameters;

/// Before the name of whatever is remembered. No layer's name has a colon.
fn prefix(name: &str) -> String {
    format!("optimizer:{name}:")
}

pub(super) struct Writer<'a> {
    pub(super) variables: &'a [Variable],
    pub(super) content: &'a mut Content,
}

impl<N: Parameters> StateWriter<N> for Writer<'_> {
    fn number(&mut self, name: &str, number: f64) {
        // As many digits as bring it back exactly.
        self.content.entries.insert(format!("optimizer:{name}"), format!("{number:?}"));
    }

    fn count(&mut self, name: &str, count: u64) {
        self.content.entries.insert(format!("optimizer:{name}"), count.to_string());
    }

    fn values(&mut self, name: &str, values: &N) {
        self.content.tensors.extend(fill::tensors(values, self.variables, &prefix(name)));
    }
}

pub(super) struct Reader<'a> {
    pub(super) variables: &'a [Variable],
    pub(super) tensors: &'a mut Tensors,
    pub(super) entries: &'a mut Entries,
    pub(super) differences: &'a mut Vec<Mismatch>,
}

impl Reader<'_> {
    /// Takes what stands under a name, if it is what it should be.
    fn entry<T: FromStr>(&mut self, name: &str, needed: &str, fits: impl FnOnce(&T) -> bool) -> Option<T> {
        let name = format!("optimizer:{name}");
        let found = self.entries.remove(&name);
        let read = found.as_deref().and_then(|text| text.parse().ok()).filter(fits);
        if read.is_none() {
            self.differences.push(Mismatch::Entry { name, needed: needed.into(), found });
        }
        read
    }
}

impl<N: Parameters> StateReader<N> for Reader<'_> {
    fn number(&mut self, name: &str, number: &mut f64) {
        *number = self.entry(name, "a number", |_| true).unwrap_or(*number);
    }

    fn count(&mut self, name: &str, count: &mut u64) {
        // What is counted goes on.
        *count = self.entry(name, "a whole number below 2⁵³", |&count| count < 1 << 53).unwrap_or(*count);
    }

    fn values(&mut self, name: &str, values: &mut N) {
        let prefix = prefix(name);
        let found = fill::fill(values, self.variables, &prefix, self.tensors);
        if found.is_empty() {
            let nan = |number: N::Scalar| num_traits::Float::is_nan(number);
            self.differences.extend(fill::refused(values, self.variables, &prefix, nan));
        }
        self.differences.extend(found);
    }
}
