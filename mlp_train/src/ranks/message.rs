//! Numbers as bytes of a message.

use mlp_core::Scalar;

use super::Communicator;

/// Appends scalars to a message.
pub(crate) fn put<T: Scalar>(message: &mut Vec<u8>, values: &[T]) {
    if size_of::<T>() == size_of::<f32>() {
        message.extend(values.iter().flat_map(|&value| (Scalar::to_f64(value) as f32).to_ne_bytes()));
    } else {
        message.extend(values.iter().flat_map(|&value| Scalar::to_f64(value).to_ne_bytes()));
    }
}

/// Reads a message from its start.
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Starts at the first byte.
    pub(crate) fn new(message: &'a [u8]) -> Self {
        Self(message)
    }

    /// Calls `each` with every element of `target` and the next scalar of the message.
    pub(crate) fn zip<T: Scalar>(&mut self, target: &mut [T], each: impl Fn(&mut T, T)) {
        let (bytes, rest) = self.0.split_at(size_of_val(target).min(self.0.len()));
        self.0 = rest;
        if size_of::<T>() == size_of::<f32>() {
            let (values, _) = bytes.as_chunks();
            let values = values.iter().map(|&bytes| <T as Scalar>::from_f64(f32::from_ne_bytes(bytes).into()));
            target.iter_mut().zip(values).for_each(|(target, value)| each(target, value));
        } else {
            let (values, _) = bytes.as_chunks();
            let values = values.iter().map(|&bytes| <T as Scalar>::from_f64(f64::from_ne_bytes(bytes)));
            target.iter_mut().zip(values).for_each(|(target, value)| each(target, value));
        }
    }

    /// Returns the bytes that follow.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.0
    }

    /// Copies the next scalars.
    pub(crate) fn copy_to<T: Scalar>(&mut self, target: &mut [T]) {
        self.zip(target, |target, value| *target = value);
    }
}

/// Returns the messages of all ranks, in their order.
pub(crate) fn gather(communicator: &dyn Communicator, message: &[u8]) -> Vec<Vec<u8>> {
    const LEN: usize = size_of::<u64>();
    let size = communicator.size();
    let mut lengths = vec![0; LEN * size];
    communicator.all_gather(&(message.len() as u64).to_ne_bytes(), &mut lengths, &vec![LEN; size]);
    let (lengths, _) = lengths.as_chunks();
    let lengths: Vec<_> = lengths.iter().map(|&bytes| u64::from_ne_bytes(bytes) as usize).collect();
    let mut all = vec![0; lengths.iter().sum()];
    communicator.all_gather(message, &mut all, &lengths);
    let mut rest = &all[..];
    let mut split = |length| {
        let (message, after) = rest.split_at(length);
        rest = after;
        message.to_vec()
    };
    lengths.iter().map(|&length| split(length)).collect()
}
