//! Weights from the bytes of a safetensors file, without a heap.
//!
//! ```text
//! file   = header length as u64, header as JSON, data
//! header = { "NAME": { "dtype": "F32", "shape": [4, 2], "data_offsets": [0, 32] }, … }
//! ```
//!
//! The names, shapes and types must match the network exactly. Names with a colon, such as `optimizer:…` and `golden:…`,
//! and the metadata are skipped.

use super::Error;
use super::values::{Path, leaves};
use crate::generated::read_number;
use crate::layers::{InvalidValue, LayerVisitor, Role, Variable};
use crate::network::BaseNetwork;
use crate::scalar::Scalar;

/// Longest header of the format in bytes.
const MAX_HEADER: u64 = 100_000_000;

/// Returns whether bytes begin like a file: with the length of a header, and the header's first brace. Parameters in the
/// order of memory do not: the second of them would be zero, and the first below the smallest normal number.
pub(super) fn is_file(bytes: &[u8]) -> bool {
    match bytes.split_first_chunk() {
        Some((length, rest)) => u64::from_le_bytes(*length) <= MAX_HEADER && rest.first() == Some(&b'{'),
        None => false,
    }
}

/// Returns an error unless the file matches the network.
pub(super) fn check<N: BaseNetwork>(bytes: &[u8]) -> Result<(), Error> {
    visit::<N>(bytes, &mut |_, value| value.is_finite())
}

/// Copies the parameters from a file that [`check`] has accepted.
pub(super) fn copy<N: BaseNetwork>(bytes: &[u8], parameters: &mut [N::Scalar]) -> Result<(), Error> {
    visit::<N>(bytes, &mut |index, value| {
        parameters.get_mut(index).map(|parameter| *parameter = N::Scalar::from_f64(value)).is_some()
    })
}

/// Calls `each` with the index and the value of every parameter.
fn visit<N: BaseNetwork>(bytes: &[u8], each: &mut dyn FnMut(usize, f64) -> bool) -> Result<(), Error> {
    let file = File::new(bytes).ok_or(Error::Bytes)?;
    let size = size_of::<N::Scalar>();
    let mut visitor = Visitor { network: N::LAYERS, file, size, each, leaf: 0, first: 0, found: 0, is_valid: true };
    N::configure(&N::Options::default(), &mut visitor);
    let Visitor { is_valid, found, .. } = visitor;
    if is_valid && file.tensors() == Some(found) { Ok(()) } else { Err(Error::Bytes) }
}

/// Visitor of the layers that are no networks, in the order of memory.
struct Visitor<'a> {
    network: &'static [crate::layers::LayerInfo],
    file: File<'a>,
    /// Bytes of a scalar.
    size: usize,
    each: &'a mut dyn FnMut(usize, f64) -> bool,
    /// Index of the next layer.
    leaf: usize,
    /// Index of the first parameter of the next layer.
    first: usize,
    /// Number of tensors found.
    found: usize,
    is_valid: bool,
}

impl LayerVisitor for Visitor<'_> {
    fn layer(&mut self, role: &dyn Fn(usize) -> Role, _check: Result<(), InvalidValue>) {
        let mut index = 0;
        let leaf = self.leaf;
        leaves(self.network, None, &mut |path| {
            if index == leaf {
                for (variable, array) in path.layer.variables.iter().enumerate() {
                    if role(variable) != Role::Unused {
                        self.is_valid &= self.variable(path, array).is_some();
                    }
                    self.first += array.count();
                }
            }
            index += 1;
            index <= leaf
        });
        self.leaf += 1;
    }
}

impl Visitor<'_> {
    /// Reads a variable: row by row in the file, column by column in memory.
    fn variable(&mut self, path: Path<'_>, variable: &Variable) -> Option<()> {
        let data = self.file.tensor(&|name| path.strip(name) == Some(variable.name), variable, self.size)?;
        let (rows, columns) = match *variable.shape.sizes() {
            [rows, columns] => (rows, columns),
            _ => (variable.count(), 1),
        };
        for (index, bytes) in data.chunks_exact(self.size).enumerate() {
            let (row, column) = (index.checked_div(columns)?, index.checked_rem(columns)?);
            (self.each)(self.first + column * rows + row, read_number(bytes)).then_some(())?;
        }
        self.found += 1;
        Some(())
    }
}

/// Header and data of a file.
#[derive(Clone, Copy)]
struct File<'a> {
    header: &'a str,
    data: &'a [u8],
}

impl<'a> File<'a> {
    fn new(bytes: &'a [u8]) -> Option<Self> {
        let (length, rest) = bytes.split_first_chunk()?;
        let (header, data) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
        Some(Self { header: core::str::from_utf8(header).ok()?, data })
    }

    /// Returns the data of the tensor with a name, if its type and shape are those of the variable.
    fn tensor(self, is_name: &dyn Fn(&str) -> bool, variable: &Variable, size: usize) -> Option<&'a [u8]> {
        let mut json = Json(self.header);
        let mut found = None;
        json.entries(&mut |name, json| {
            if !is_name(name) {
                return json.skip_value();
            }
            found = Some(*json);
            json.skip_value()
        })?;
        let (mut has_type, mut has_shape, mut data) = (false, false, None);
        found?.entries(&mut |name, json| {
            match name {
                "dtype" => has_type = json.string()? == if size == 4 { "F32" } else { "F64" },
                "shape" => has_shape = json.is_list(variable.shape.sizes())?,
                "data_offsets" => {
                    let [start, end] = json.pair()?;
                    data = self.data.get(start..end);
                }
                _ => json.skip_value()?,
            }
            Some(())
        })?;
        data.filter(|data| has_type && has_shape && data.len() == variable.count() * size)
    }

    /// Returns the number of tensors that belong to a network, unless the data of any tensor is missing or left over.
    fn tensors(self) -> Option<usize> {
        let (mut count, mut length) = (0, 0);
        Json(self.header).entries(&mut |name, json| {
            if name == "__metadata__" {
                return json.skip_value();
            }
            count += usize::from(!name.contains(':'));
            json.entries(&mut |name, json| {
                if name != "data_offsets" {
                    return json.skip_value();
                }
                let [_, end] = json.pair()?;
                length = length.max(end);
                Some(())
            })
        })?;
        (length == self.data.len()).then_some(count)
    }
}

/// Rest of a JSON text. Each method reads one value, or returns `None` if there is another one.
#[derive(Clone, Copy)]
struct Json<'a>(&'a str);

impl<'a> Json<'a> {
    /// Skips white space, then `symbol` if it is next.
    fn next_is(&mut self, symbol: char) -> bool {
        self.0 = self.0.trim_start();
        let rest = self.0.strip_prefix(symbol);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn expect(&mut self, symbol: char) -> Option<()> {
        self.next_is(symbol).then_some(())
    }

    /// Reads a string. Escape sequences are left as they are.
    fn string(&mut self) -> Option<&'a str> {
        self.expect('"')?;
        let mut escaped = false;
        for (index, letter) in self.0.char_indices() {
            if letter == '"' && !escaped {
                let text = &self.0[..index];
                self.0 = &self.0[index + 1..];
                return Some(text);
            }
            escaped = letter == '\\' && !escaped;
        }
        None
    }

    fn integer(&mut self) -> Option<usize> {
        self.0 = self.0.trim_start();
        let end = self.0.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at(end);
        self.0 = rest;
        digits.parse().ok()
    }

    fn pair(&mut self) -> Option<[usize; 2]> {
        self.expect('[')?;
        let first = self.integer()?;
        self.expect(',')?;
        let second = self.integer()?;
        self.expect(']')?;
        Some([first, second])
    }

    /// Reads a list of integers, and returns whether it equals `expected`.
    fn is_list(&mut self, expected: &[usize]) -> Option<bool> {
        self.expect('[')?;
        let mut rest = expected.iter();
        let mut is_equal = true;
        if !self.next_is(']') {
            loop {
                is_equal &= rest.next() == Some(&self.integer()?);
                if !self.next_is(',') {
                    break;
                }
            }
            self.expect(']')?;
        }
        Some(is_equal && rest.next().is_none())
    }

    /// Reads an object: calls `entry` with each name, to read its value.
    fn entries(&mut self, entry: &mut dyn FnMut(&'a str, &mut Self) -> Option<()>) -> Option<()> {
        self.expect('{')?;
        if self.next_is('}') {
            return Some(());
        }
        loop {
            let name = self.string()?;
            self.expect(':')?;
            entry(name, self)?;
            if !self.next_is(',') {
                return self.expect('}');
            }
        }
    }

    /// Skips a string, or an object or list with its content.
    fn skip_value(&mut self) -> Option<()> {
        self.0 = self.0.trim_start();
        let mut depth = 0_usize;
        loop {
            match self.0.trim_start().chars().next()? {
                '"' => drop(self.string()?),
                '{' | '[' => {
                    depth += 1;
                    self.0 = &self.0.trim_start()[1..];
                }
                '}' | ']' => {
                    depth = depth.checked_sub(1)?;
                    self.0 = &self.0.trim_start()[1..];
                }
                letter => self.0 = &self.0.trim_start()[letter.len_utf8()..],
            }
            let next = self.0.trim_start().chars().next();
            if depth == 0 && matches!(next, None | Some(',' | '}' | ']')) {
                return Some(());
            }
        }
    }
}
