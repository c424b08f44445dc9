//! Files of ensembles: the content of the file of each member, with the index of the member before each name.
//!
//! | name | content |
//! |---|---|
//! | `format`, `version`, `members` | `mlp ensemble`, `1`, and the number of members. |
//! | `member_0:dense_1.weights`, `member_0:architecture`, … | The tensors and metadata of the file of member 0. |

use std::collections::BTreeMap;

use mlp_data::{FileError, Limits};

use super::error::{Mismatch, WeightsError};
use super::file::{Content, Metadata, Source, expect};
use super::fill::Tensors;

const FORMAT: &str = "mlp ensemble";
/// Version of the format. Later versions read all earlier ones.
const VERSION: &str = "1";

fn prefix(member: usize) -> String {
    format!("member_{member}:")
}

/// Returns the contents of the members' files as the content of one file.
pub(crate) fn join_members(members: impl Iterator<Item = Result<Content, FileError>>) -> Result<Content, FileError> {
    let mut joined = Content::default();
    let mut count = 0;
    for (member, content) in members.enumerate() {
        let (prefix, content) = (prefix(member), content?);
        let rename = |name: String| format!("{prefix}{name}");
        joined.tensors.extend(content.tensors.into_iter().map(|(name, tensor)| (rename(name), tensor)));
        joined.metadata.extend(content.metadata.into_iter().map(|(key, value)| (rename(key), value)));
        count += 1;
    }
    let entries = [("format", FORMAT.to_owned()), ("version", VERSION.to_owned()), ("members", count.to_string())];
    joined.metadata.extend(entries.map(|(key, value)| (key.to_owned(), value)));
    Ok(joined)
}

/// Content of the file of one member.
pub(crate) struct MemberContent {
    tensors: Tensors,
    metadata: Metadata,
}

impl MemberContent {
    /// Returns the content as a source of weights.
    pub(crate) fn source(&self) -> Source<'_> {
        Source::Content(&self.tensors, &self.metadata)
    }
}

/// Returns the contents of the members' files from the file of an ensemble of `count` members.
pub(crate) fn split_members(
    source: Source<'_>,
    limits: Limits,
    count: usize,
) -> Result<Vec<MemberContent>, WeightsError> {
    let (mut tensors, mut metadata) = source.read(limits)?;
    let mut mismatches = Vec::new();
    expect("format", FORMAT, &mut metadata, &mut mismatches);
    if mismatches.is_empty() {
        expect("version", VERSION, &mut metadata, &mut mismatches);
        expect("members", &count.to_string(), &mut metadata, &mut mismatches);
    }
    if !mismatches.is_empty() {
        return Err(source.error(mismatches));
    }
    let mut members = Vec::with_capacity(count);
    for prefix in (0..count).map(prefix) {
        let (member_tensors, member_metadata) = (take(&mut tensors, &prefix), take(&mut metadata, &prefix));
        members.push(MemberContent { tensors: member_tensors, metadata: member_metadata });
    }
    source.finish(tensors, mismatches)?;
    Ok(members)
}

/// Removes the entries whose names start with `prefix`, and returns them without it.
fn take<V>(entries: &mut BTreeMap<String, V>, prefix: &str) -> BTreeMap<String, V> {
    let names: Vec<String> = entries.keys().filter(|name| name.starts_with(prefix)).cloned().collect();
    let values = names.into_iter().filter_map(|name| Some((name[prefix.len()..].to_owned(), entries.remove(&name)?)));
    values.collect()
}

/// Joins the results of the members. Mismatches have the index of their member.
pub(crate) fn join_results<T>(
    results: impl Iterator<Item = Result<T, WeightsError>>,
    source: Source<'_>,
) -> Result<Vec<T>, WeightsError> {
    let (mut values, mut mismatches) = (Vec::new(), Vec::new());
    for (member, result) in results.enumerate() {
        match result {
            Ok(value) => values.push(value),
            Err(WeightsError::Mismatch { mismatches: found, .. }) => {
                mismatches.extend(found.into_iter().map(|mismatch| of_member(mismatch, &prefix(member))));
            }
            Err(error) => return Err(error),
        }
    }
    if mismatches.is_empty() { Ok(values) } else { Err(source.error(mismatches)) }
}

/// Adds the prefix of a member to the names of a mismatch.
fn of_member(mut mismatch: Mismatch, prefix: &str) -> Mismatch {
    let (name, suggestion) = match &mut mismatch {
        Mismatch::Missing { tensor, suggestion, .. } => (tensor, suggestion.as_mut()),
        Mismatch::Extra { tensor, .. }
        | Mismatch::Shape { tensor, .. }
        | Mismatch::ElementType { tensor, .. }
        | Mismatch::NotFinite { tensor, .. } => (tensor, None),
        Mismatch::Metadata { key, .. } => (key, None),
        Mismatch::Setting { setting, .. } => (setting, None),
        Mismatch::Layer { layer, suggestion, .. } => (layer, suggestion.as_mut()),
        Mismatch::SelfCheck { .. } => return mismatch,
    };
    name.insert_str(0, prefix);
    suggestion.into_iter().for_each(|name| name.insert_str(0, prefix));
    mismatch
}
