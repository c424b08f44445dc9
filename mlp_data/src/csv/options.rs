use crate::limits::Limits;

/// Dialect of a table: delimiter and header. Limits of its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CsvOptions {
    pub(super) delimiter: u8,
    pub(super) header: bool,
    pub(super) limits: Limits,
}

impl Default for CsvOptions {
    fn default() -> Self {
        Self { delimiter: b',', header: true, limits: Limits::default() }
    }
}

impl CsvOptions {
    /// Creates the default options: commas and a header.
    pub fn new() -> Self {
        Self::default()
    }
    /// Sets the delimiter between fields. Defaults to a comma.
    #[must_use]
    pub fn delimiter(self, delimiter: u8) -> Self {
        Self { delimiter, ..self }
    }
    /// Sets whether the first line names the columns. Defaults to `true`. Without a header, the columns are named "0",
    /// "1", and so on.
    #[must_use]
    pub fn header(self, header: bool) -> Self {
        Self { header, ..self }
    }
    /// Sets limits for a file that is not trusted: of the memory of a [`Table`](crate::Table), and of the length of a
    /// row. Defaults to [`Limits::default`].
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }
}
