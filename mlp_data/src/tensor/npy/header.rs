//! Header of npy: a Python dictionary, `{'descr': '<f4', 'fortran_order': False, 'shape': (150, 4), }`.

use crate::element_type::ElementType;
use crate::error::TensorErrorKind;
use crate::tensor::element::Element;
use crate::tensor::layout::Layout;

impl Layout {
    pub(super) fn parse_npy(header: &str) -> Result<Self, TensorErrorKind> {
        let mut parser = Parser { rest: header };
        let mut element = None;
        let mut column_major = None;
        let mut dimensions = None;
        parser.expect("{")?;
        while !parser.accept("}") {
            let key = parser.string()?;
            parser.expect(":")?;
            match key {
                "descr" => element = Some(parse_descr(parser.descr()?)?),
                "fortran_order" => column_major = Some(parser.boolean()?),
                "shape" => dimensions = Some(parser.shape()?),
                _ => return Err(TensorErrorKind::Header(format!("unknown key {key:?}"))),
            }
            if !parser.accept(",") {
                parser.expect("}")?;
                break;
            }
        }
        let missing = |key: &str| TensorErrorKind::Header(format!("missing key {key:?}"));
        let layout = Self {
            element: element.ok_or_else(|| missing("descr"))?,
            column_major: column_major.ok_or_else(|| missing("fortran_order"))?,
            dimensions: dimensions.ok_or_else(|| missing("shape"))?,
        };
        layout.bytes()?;
        Ok(layout)
    }
}

fn parse_descr(descr: &str) -> Result<Element, TensorErrorKind> {
    let unknown = || TensorErrorKind::ElementType(format!("{descr:?}"));
    let (order, kind) = descr.split_at_checked(1).ok_or_else(unknown)?;
    let kind = match kind {
        "b1" => ElementType::Bool,
        "u1" => ElementType::U8,
        "i1" => ElementType::I8,
        "u2" => ElementType::U16,
        "i2" => ElementType::I16,
        "u4" => ElementType::U32,
        "i4" => ElementType::I32,
        "u8" => ElementType::U64,
        "i8" => ElementType::I64,
        "f2" => ElementType::F16,
        "f4" => ElementType::F32,
        "f8" => ElementType::F64,
        _ => return Err(unknown()),
    };
    match order {
        "<" | "|" => Ok(Element { kind, big_endian: false }),
        ">" => Ok(Element { kind, big_endian: true }),
        "=" => Ok(Element { kind, big_endian: cfg!(target_endian = "big") }),
        _ => Err(unknown()),
    }
}

/// Returns NumPy's name of an element type, or `None` if NumPy does not have it.
pub(super) fn descr(kind: ElementType) -> Option<&'static str> {
    Some(match kind {
        ElementType::Bool => "|b1",
        ElementType::U8 => "|u1",
        ElementType::I8 => "|i1",
        ElementType::U16 => "<u2",
        ElementType::I16 => "<i2",
        ElementType::U32 => "<u4",
        ElementType::I32 => "<i4",
        ElementType::U64 => "<u8",
        ElementType::I64 => "<i8",
        ElementType::F16 => "<f2",
        ElementType::F32 => "<f4",
        ElementType::F64 => "<f8",
        ElementType::Bf16 => return None,
    })
}

struct Parser<'a> {
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn accept(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start();
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }
    fn expect(&mut self, token: &str) -> Result<(), TensorErrorKind> {
        if self.accept(token) { Ok(()) } else { Err(self.unexpected(token)) }
    }
    fn unexpected(&self, expected: &str) -> TensorErrorKind {
        let found: String = self.rest.chars().take(12).collect();
        TensorErrorKind::Header(format!("expected {expected}, found {found:?}"))
    }
    fn string(&mut self) -> Result<&'a str, TensorErrorKind> {
        let quote = if self.accept("'") {
            '\''
        } else {
            self.expect("\"").map_err(|_| self.unexpected("a string"))?;
            '"'
        };
        let (string, rest) = self.rest.split_once(quote).ok_or_else(|| self.unexpected("the end of a string"))?;
        self.rest = rest;
        Ok(string)
    }
    /// Parses an element type. Lists of names and types are records, which are not supported.
    fn descr(&mut self) -> Result<&'a str, TensorErrorKind> {
        if self.accept("[") {
            return Err(TensorErrorKind::ElementType("record".into()));
        }
        self.string()
    }
    fn boolean(&mut self) -> Result<bool, TensorErrorKind> {
        if self.accept("True") {
            return Ok(true);
        }
        self.expect("False").map_err(|_| self.unexpected("True or False")).map(|()| false)
    }
    fn shape(&mut self) -> Result<Vec<usize>, TensorErrorKind> {
        self.expect("(")?;
        let mut dimensions = Vec::new();
        while !self.accept(")") {
            dimensions.push(self.dimension()?);
            if !self.accept(",") {
                self.expect(")")?;
                break;
            }
        }
        Ok(dimensions)
    }
    fn dimension(&mut self) -> Result<usize, TensorErrorKind> {
        self.rest = self.rest.trim_start();
        let end = self.rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(self.rest.len());
        let dimension = self.rest[..end].parse().map_err(|_| self.unexpected("a dimension"))?;
        self.rest = &self.rest[end..];
        // Python 2 writes `10L`.
        self.accept("L");
        Ok(dimension)
    }
}
