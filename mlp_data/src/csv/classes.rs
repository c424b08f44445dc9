use std::collections::HashMap;

use super::records::shortened;
use crate::error::CsvErrorKind;
use crate::suggestion::suggest;

/// Known classes and their indices.
pub(crate) struct Classes {
    names: Vec<String>,
    indices: HashMap<String, usize>,
}

impl Classes {
    pub(crate) fn new(names: &[String]) -> Self {
        let indices = names.iter().cloned().enumerate().map(|(index, name)| (name, index)).collect();
        Self { names: names.to_vec(), indices }
    }

    /// Returns the index of the class that a field names.
    pub(crate) fn find(&self, text: &str, line: u64, column: &str) -> Result<usize, CsvErrorKind> {
        if text.is_empty() {
            return Err(CsvErrorKind::MissingField { line, column: column.to_owned() });
        }
        self.indices.get(text).copied().ok_or_else(|| {
            let text = shortened(text);
            let suggestion = suggest(&text, &self.names);
            CsvErrorKind::UnknownClass { line, column: column.to_owned(), text, suggestion }
        })
    }
}
