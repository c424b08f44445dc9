//! Bytes that nobody vouches for.

use core::cell::Cell;

use super::damaged;
use crate::data::tensor::TensorErrorKind;

/// No address: what does not exist lies here.
pub(super) const NOWHERE: u64 = u64::MAX;

/// A file's bytes, each of which may be read a few times only: what a file says about itself cannot cost more than it is long.
pub(super) struct File<'a> {
    bytes: &'a [u8],
    /// Where address 0 is.
    base: usize,
    left: Cell<usize>,
}

impl<'a> File<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, base: 0, left: Cell::new(bytes.len().saturating_mul(4)) }
    }

    /// The same file, with the addresses counted from another byte.
    pub(super) fn based(self, base: u64) -> Result<Self, TensorErrorKind> {
        let base = usize::try_from(base).ok().filter(|&base| base <= self.bytes.len());
        Ok(Self { base: base.ok_or_else(|| damaged("its base lies beyond its end"))?, ..self })
    }

    /// So many bytes from an address on.
    pub(super) fn region(&self, address: u64, length: u64) -> Result<Bytes<'a>, TensorErrorKind> {
        let beyond = || damaged(format!("{length} bytes at {address} lie beyond its end"));
        let start = usize::try_from(address).ok().and_then(|address| self.base.checked_add(address));
        let start = start.ok_or_else(beyond)?;
        let length = usize::try_from(length).map_err(|_| beyond())?;
        let region = self.bytes.get(start..).and_then(|rest| rest.get(..length)).ok_or_else(beyond)?;
        // Also what is empty costs something, so that nothing goes round for ever.
        let left = self.left.get().checked_sub(length.max(8)).ok_or_else(|| damaged("its parts overlap"))?;
        self.left.set(left);
        Ok(Bytes(region))
    }

    /// The text at an address, within a length, up to its end mark.
    pub(super) fn text(&self, address: u64, within: u64) -> Result<String, TensorErrorKind> {
        let mut length = 0;
        while length < within && self.peek(address, length).is_some_and(|byte| byte != 0) {
            length += 1;
        }
        self.region(address, length)?.text(length as usize)
    }

    fn peek(&self, address: u64, offset: u64) -> Option<u8> {
        let place = usize::try_from(address.checked_add(offset)?).ok()?.checked_add(self.base)?;
        self.bytes.get(place).copied()
    }
}

/// Bytes that are read from the front.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], TensorErrorKind> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or_else(|| damaged("a part of it ends early"))?;
        self.0 = rest;
        Ok(taken)
    }

    /// A number of up to eight bytes, the lowest first.
    pub(super) fn number(&mut self, width: usize) -> Result<u64, TensorErrorKind> {
        Ok(self.take(width)?.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }

    pub(super) fn byte(&mut self) -> Result<u8, TensorErrorKind> {
        Ok(self.take(1)?[0])
    }

    /// A number that can count bytes or dimensions.
    pub(super) fn count(&mut self, width: usize) -> Result<usize, TensorErrorKind> {
        usize::try_from(self.number(width)?).map_err(|_| damaged("a count in it is too large"))
    }

    /// The mark that a part begins with.
    pub(super) fn mark(&mut self, mark: &[u8]) -> Result<(), TensorErrorKind> {
        let found = self.take(mark.len())?;
        if found == mark {
            return Ok(());
        }
        Err(damaged(format!("{:?} is not where it should be", String::from_utf8_lossy(mark))))
    }

    /// Text of a length, up to its end mark if it has one.
    pub(super) fn text(&mut self, length: usize) -> Result<String, TensorErrorKind> {
        let bytes = self.take(length)?;
        let bytes = bytes.split(|&byte| byte == 0).next().unwrap_or(bytes);
        let text = str::from_utf8(bytes).map_err(|_| damaged("a name in it is no text"))?;
        Ok(text.to_owned())
    }
}
