//! TensorBoard's files: TFRecords, each an event in the encoding of Protocol Buffers.

/// Returns a record: its length, a checksum of the length, the data, a checksum of the data.
pub(super) fn record(data: &[u8]) -> Vec<u8> {
    let length = (data.len() as u64).to_le_bytes();
    let mut record = length.to_vec();
    record.extend_from_slice(&masked(crc32c(&length)).to_le_bytes());
    record.extend_from_slice(data);
    record.extend_from_slice(&masked(crc32c(data)).to_le_bytes());
    record
}

/// Returns the first event of a file, `Event { wall_time = 1, file_version = 3 }`.
pub(super) fn version_event(wall_time: f64) -> Vec<u8> {
    let mut event = Vec::new();
    double(&mut event, 1, wall_time);
    bytes(&mut event, 3, b"brain.Event:2");
    event
}

/// Returns the event of a scalar: `Event { wall_time = 1, step = 2, summary = 5 }` with a `Summary { value = 1 }` with a
/// `Value { tag = 1, simple_value = 2 }`.
pub(super) fn scalar_event(wall_time: f64, step: u64, tag: &str, value: f64) -> Vec<u8> {
    let mut event = Vec::new();
    let mut summary = Vec::new();
    let mut scalar = Vec::new();
    bytes(&mut scalar, 1, tag.as_bytes());
    key(&mut scalar, 2, FOUR_BYTES);
    scalar.extend_from_slice(&(value as f32).to_le_bytes());
    bytes(&mut summary, 1, &scalar);
    double(&mut event, 1, wall_time);
    // The encoding omits zeros.
    if step > 0 {
        key(&mut event, 2, VARINT);
        varint(&mut event, step);
    }
    bytes(&mut event, 5, &summary);
    event
}

const VARINT: u64 = 0;
const EIGHT_BYTES: u64 = 1;
const LENGTH_DELIMITED: u64 = 2;
const FOUR_BYTES: u64 = 5;

fn key(message: &mut Vec<u8>, field: u64, kind: u64) {
    varint(message, field << 3 | kind);
}

fn double(message: &mut Vec<u8>, field: u64, value: f64) {
    key(message, field, EIGHT_BYTES);
    message.extend_from_slice(&value.to_le_bytes());
}

fn bytes(message: &mut Vec<u8>, field: u64, value: &[u8]) {
    key(message, field, LENGTH_DELIMITED);
    varint(message, value.len() as u64);
    message.extend_from_slice(value);
}

/// Appends seven bits per byte, the lowest first. The highest bit is set if more bytes follow.
fn varint(message: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        message.push(value as u8 | 0x80);
        value >>= 7;
    }
    message.push(value as u8);
}

/// Returns the CRC with Castagnoli's polynomial (RFC 3720, appendix B.4). Records are short, so it works bit by bit.
fn crc32c(data: &[u8]) -> u32 {
    const POLYNOMIAL: u32 = 0x82f6_3b78;
    !data.iter().fold(!0, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (POLYNOMIAL & 0_u32.wrapping_sub(crc & 1)))
    })
}

/// Masks a checksum as TensorFlow does, so that a checksum of data with checksums in it is none of them.
fn masked(crc: u32) -> u32 {
    crc.rotate_right(15).wrapping_add(0xa282_ead8)
}

#[cfg(test)]
mod tests {
    use super::*;

    // The values of RFC 3720, appendix B.4, and the usual check value.
    #[test]
    fn known_checksums() {
        let ascending: Vec<u8> = (0..32).collect();
        for (data, crc) in [
            (&[0; 32][..], 0x8a91_36aa),
            (&[0xff; 32], 0x62a8_ab43),
            (&ascending, 0x46dd_794e),
            (b"123456789", 0xe306_9283),
            (b"", 0),
        ] {
            assert_eq!(crc32c(data), crc, "{data:?}");
        }
    }

    #[test]
    fn varints_of_several_lengths() {
        let encoded = |value| {
            let mut message = Vec::new();
            varint(&mut message, value);
            message
        };
        assert_eq!(encoded(127), [127]);
        assert_eq!(encoded(300), [0xac, 0x02]);
        assert_eq!(encoded(u64::MAX).len(), 10);
    }

    // The golden file is from TensorFlow's `RecordWriter`: see tests/goldens/callbacks.py.
    #[test]
    fn records_as_tensorflow_writes_them() {
        let golden = include_bytes!("../../../../tests/goldens/tensorboard.tfevents");
        let mut file = record(&version_event(1.5));
        file.extend(record(&scalar_event(2.5, 0, "epoch_loss", 0.25)));
        file.extend(record(&scalar_event(3.5, 300, "epoch_learning_rate", 1e-3)));
        assert_eq!(file, golden);
    }
}
