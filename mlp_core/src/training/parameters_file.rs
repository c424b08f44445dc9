//! All parameters of a network in one file: a vector in numpy's format, which `numpy.load` reads too.

use std::fs::{self, File};
use std::io::{self, BufWriter, Error, ErrorKind, Write};
use std::path::Path;

use crate::data::atomic_write;
use crate::parameters::Parameters;
use crate::scalar::Scalar;

const MAGIC: &[u8] = b"\x93NUMPY\x01\x00";

/// The header of numpy's format, version 1.0, which ends at a multiple of 64 bytes.
fn header<N: Parameters>() -> Vec<u8> {
    let kind = size_of::<N::Scalar>();
    let count = size_of::<N>() / kind;
    let text = format!("{{'descr': '<f{kind}', 'fortran_order': False, 'shape': ({count},), }}");
    let length = (MAGIC.len() + 2 + text.len() + 1).next_multiple_of(64) - MAGIC.len() - 2;
    let mut header = MAGIC.to_vec();
    header.extend_from_slice(&(length as u16).to_le_bytes());
    header.extend_from_slice(format!("{text:width$}\n", width = length - 1).as_bytes());
    header
}

/// Writes all parameters of a network, in the order of its layers, as one vector in numpy's format.
///
/// # Errors
/// If the file cannot be written; an old one stays.
pub fn save_parameters<N: Parameters>(network: &N, path: impl AsRef<Path>) -> io::Result<()> {
    atomic_write(path.as_ref(), |beside| write_new(network, beside))
}

/// The same for a path of one's own, which nobody reads yet.
pub(super) fn write_new<N: Parameters>(network: &N, path: &Path) -> io::Result<()> {
    let mut writer = BufWriter::new(File::create(path)?);
    writer.write_all(&header::<N>())?;
    for &parameter in network.as_slice() {
        // Exact, and back again.
        let number = Scalar::to_f64(parameter);
        if size_of::<N::Scalar>() == 4 {
            writer.write_all(&(number as f32).to_le_bytes())?;
        } else {
            writer.write_all(&number.to_le_bytes())?;
        }
    }
    writer.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
}

/// Sets all parameters of a network to those that [`save_parameters`] has written for one of the same type.
///
/// # Errors
/// If the file cannot be read or is not one of as many parameters of the same scalar. The network is unchanged then.
pub fn load_parameters<N: Parameters>(network: &mut N, path: impl AsRef<Path>) -> io::Result<()> {
    let path = path.as_ref();
    let refuse = |what: String| Error::new(ErrorKind::InvalidData, format!("{}: {what}", path.display()));
    let bytes = fs::read(path)?;
    let header = header::<N>();
    let (kind, count) = (size_of::<N::Scalar>(), network.as_slice().len());
    let Some(numbers) = bytes.strip_prefix(&header[..]) else {
        let found =
            bytes.strip_prefix(MAGIC).map(|rest| String::from_utf8_lossy(&rest[..rest.len().min(90)]).into_owned());
        let found = found.map_or_else(|| "no parameters".to_owned(), |found| found.trim_end().to_owned());
        return Err(refuse(format!("the network has {count} parameters of f{}, the file {found}", 8 * kind)));
    };
    if numbers.len() != count * kind {
        return Err(refuse(format!("the file has {} bytes of numbers, not {}", numbers.len(), count * kind)));
    }
    for (parameter, bytes) in network.as_mut_slice().iter_mut().zip(numbers.chunks_exact(kind)) {
        let mut number = [0; 8];
        number[..kind].copy_from_slice(bytes);
        let [a, b, c, d, ..] = number;
        let single = f64::from(f32::from_le_bytes([a, b, c, d]));
        *parameter = Scalar::from_f64(if kind == 4 { single } else { f64::from_le_bytes(number) });
    }
    Ok(())
}
