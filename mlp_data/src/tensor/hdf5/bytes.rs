//! Bounds-checked reader for untrusted bytes.

use core::cell::Cell;

use crate::error::{LimitError, TensorErrorKind};
use crate::limits::Limits;

/// Address of parts that do not exist.
pub(super) const UNDEFINED: u64 = u64::MAX;

/// Bytes of a file. Limits how often they are read, so that the work stays proportional to the size of the file.
pub(super) struct File<'a> {
    bytes: &'a [u8],
    /// Index of the byte at address 0.
    base: usize,
    /// Number of bytes that may still be read.
    budget: Cell<usize>,
    limits: Limits,
    /// Number of objects read.
    objects: Cell<usize>,
}

impl<'a> File<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let budget = Cell::new(bytes.len().saturating_mul(4));
        Self { bytes, base: 0, budget, limits: Limits::default(), objects: Cell::new(0) }
    }

    /// Returns the same file with its base address set.
    pub(super) fn based(self, base: u64) -> Result<Self, TensorErrorKind> {
        let base = usize::try_from(base).ok().filter(|&base| base <= self.bytes.len());
        Ok(Self { base: base.ok_or_else(|| invalid("the base address is beyond the end of the file"))?, ..self })
    }

    /// Returns the same file with limits.
    pub(super) fn limited(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Counts an object.
    pub(super) fn count_object(&self) -> Result<(), LimitError> {
        let max = self.limits.max_tensors();
        self.objects.set(self.objects.get() + 1);
        if self.objects.get() > max { Err(LimitError::Tensors { max, found: None }) } else { Ok(()) }
    }

    /// Returns `length` bytes from an address.
    pub(super) fn region(&self, address: u64, length: u64) -> Result<Bytes<'a>, TensorErrorKind> {
        let beyond = || invalid(format!("{length} bytes at address {address} are beyond the end of the file"));
        let start = usize::try_from(address).ok().and_then(|address| self.base.checked_add(address));
        let start = start.ok_or_else(beyond)?;
        let length = usize::try_from(length).map_err(|_| beyond())?;
        let region = self.bytes.get(start..).and_then(|rest| rest.get(..length)).ok_or_else(beyond)?;
        // Empty regions cost something too, which ends cycles.
        let budget = self.budget.get().checked_sub(length.max(8)).ok_or_else(|| invalid("parts of it overlap"))?;
        self.budget.set(budget);
        Ok(Bytes(region))
    }

    /// Returns the zero-terminated text of at most `max_length` bytes at an address.
    pub(super) fn text(&self, address: u64, max_length: u64) -> Result<String, TensorErrorKind> {
        let mut length = 0;
        while length < max_length && self.peek(address, length).is_some_and(|byte| byte != 0) {
            length += 1;
        }
        self.region(address, length)?.text(length as usize)
    }

    fn peek(&self, address: u64, offset: u64) -> Option<u8> {
        let index = usize::try_from(address.checked_add(offset)?).ok()?.checked_add(self.base)?;
        self.bytes.get(index).copied()
    }
}

/// Bytes that are read from the front.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], TensorErrorKind> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or_else(|| invalid("a part of it is truncated"))?;
        self.0 = rest;
        Ok(taken)
    }

    /// Reads a little-endian integer of up to eight bytes.
    pub(super) fn integer(&mut self, width: usize) -> Result<u64, TensorErrorKind> {
        Ok(self.take(width)?.iter().rev().fold(0, |integer, &byte| integer << 8 | u64::from(byte)))
    }

    pub(super) fn byte(&mut self) -> Result<u8, TensorErrorKind> {
        Ok(self.take(1)?[0])
    }

    /// Reads a length, a count or a dimension.
    pub(super) fn count(&mut self, width: usize) -> Result<usize, TensorErrorKind> {
        usize::try_from(self.integer(width)?).map_err(|_| invalid("a count is too large"))
    }

    /// Reads the signature at the start of a part.
    pub(super) fn signature(&mut self, expected: &[u8]) -> Result<(), TensorErrorKind> {
        let found = self.take(expected.len())?;
        if found == expected {
            return Ok(());
        }
        Err(invalid(format!("missing signature {:?}", String::from_utf8_lossy(expected))))
    }

    /// Reads text of a fixed length, up to a terminating zero if there is one.
    pub(super) fn text(&mut self, length: usize) -> Result<String, TensorErrorKind> {
        let bytes = self.take(length)?;
        let bytes = bytes.split(|&byte| byte == 0).next().unwrap_or(bytes);
        let text = str::from_utf8(bytes).map_err(|_| invalid("a name is not UTF-8"))?;
        Ok(text.to_owned())
    }
}

/// Creates an error about the structure of the file.
pub(super) fn invalid(what: impl Into<String>) -> TensorErrorKind {
    TensorErrorKind::Header(what.into())
}
