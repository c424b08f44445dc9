//! Names in C and Fortran.

use core::fmt;

/// Longest prefix: Fortran's names have at most 63 characters.
const MAX_PREFIX: usize = 30;

/// Returns whether a name can start the names of functions: a lower-case letter, then lower-case letters, digits and
/// underscores.
pub const fn is_prefix(name: &str) -> bool {
    let bytes = name.as_bytes();
    if bytes.is_empty() || bytes.len() > MAX_PREFIX || !bytes[0].is_ascii_lowercase() {
        return false;
    }
    let mut index = 0;
    while index < bytes.len() {
        if !bytes[index].is_ascii_lowercase() && !bytes[index].is_ascii_digit() && bytes[index] != b'_' {
            return false;
        }
        index += 1;
    }
    true
}

/// Text in upper case.
pub(super) struct Upper<'a>(pub(super) &'a str);

impl fmt::Display for Upper<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|letter| fmt::Write::write_char(f, letter.to_ascii_uppercase()))
    }
}

/// Returns whether a name of the network is a name in C too.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= MAX_PREFIX
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
