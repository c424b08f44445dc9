//! What an optimizer remembers, into a file's content and out of it.

use super::Difference;
use super::file::{Content, Entries};
use super::fill::{self, Tensors};
use crate::layers::Variable;
use crate::optimizers::Archive;
use crate::parameters::Parameters;

/// Before the name of whatever is remembered. No layer's name has a colon.
fn prefix(name: &str) -> String {
    format!("optimizer:{name}:")
}

pub(super) struct Writer<'a> {
    pub(super) variables: &'a [Variable],
    pub(super) content: &'a mut Content,
}

impl<N: Parameters> Archive<N> for Writer<'_> {
    fn number(&mut self, name: &str, number: &mut f64) {
        // As many digits as bring it back exactly.
        self.content.entries.insert(format!("optimizer:{name}"), format!("{number:?}"));
    }

    fn values(&mut self, name: &str, values: &mut N) {
        self.content.tensors.extend(fill::tensors(values, self.variables, &prefix(name)));
    }
}

pub(super) struct Reader<'a> {
    pub(super) variables: &'a [Variable],
    pub(super) tensors: &'a mut Tensors,
    pub(super) entries: &'a mut Entries,
    pub(super) differences: &'a mut Vec<Difference>,
}

impl<N: Parameters> Archive<N> for Reader<'_> {
    fn number(&mut self, name: &str, number: &mut f64) {
        let name = format!("optimizer:{name}");
        let found = self.entries.remove(&name);
        match found.as_ref().and_then(|text| text.parse().ok()) {
            Some(read) => *number = read,
            None => self.differences.push(Difference::Entry { name, needed: "a number".into(), found }),
        }
    }

    fn values(&mut self, name: &str, values: &mut N) {
        self.differences.extend(fill::fill(values, self.variables, &prefix(name), self.tensors));
    }
}
