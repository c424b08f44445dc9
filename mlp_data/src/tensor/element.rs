//! Elements as stored in a file.

use crate::element_type::ElementType;

/// Type and byte order of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) kind: ElementType,
    pub(super) big_endian: bool,
}

impl Element {
    /// Returns the size in bytes.
    pub(super) fn size(self) -> usize {
        match self.kind {
            ElementType::Bool | ElementType::U8 | ElementType::I8 => 1,
            ElementType::U16 | ElementType::I16 | ElementType::F16 | ElementType::Bf16 => 2,
            ElementType::U32 | ElementType::I32 | ElementType::F32 => 4,
            ElementType::U64 | ElementType::I64 | ElementType::F64 => 8,
        }
    }

    /// Decodes the first element of `bytes`. 64-bit integers are rounded to double precision.
    pub(super) fn value(self, bytes: &[u8]) -> f64 {
        let bits = self.bits(bytes);
        match self.kind {
            ElementType::Bool => f64::from(u8::from(bits != 0)),
            ElementType::U8 | ElementType::U16 | ElementType::U32 | ElementType::U64 => bits as f64,
            ElementType::I8 => f64::from(bits as i8),
            ElementType::I16 => f64::from(bits as i16),
            ElementType::I32 => f64::from(bits as i32),
            ElementType::I64 => bits as i64 as f64,
            ElementType::F16 => half_precision(bits as u16),
            ElementType::Bf16 => f64::from(f32::from_bits((bits as u32) << 16)),
            ElementType::F32 => f64::from(f32::from_bits(bits as u32)),
            ElementType::F64 => f64::from_bits(bits),
        }
    }

    fn bits(self, bytes: &[u8]) -> u64 {
        let append = |bits: u64, &byte: &u8| bits << 8 | u64::from(byte);
        let bytes = bytes[..self.size()].iter();
        if self.big_endian { bytes.fold(0, append) } else { bytes.rev().fold(0, append) }
    }
}

/// Decodes IEEE 754 half precision: a sign, five bits of exponent and ten of fraction.
fn half_precision(bits: u16) -> f64 {
    let exponent = i32::from(bits >> 10 & 31);
    let fraction = f64::from(bits & 1023);
    let magnitude = match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + fraction) * 2f64.powi(exponent - 25),
    };
    if bits >> 15 == 0 { magnitude } else { -magnitude }
}
