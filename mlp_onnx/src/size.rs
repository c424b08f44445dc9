//! Memory that decoding needs, estimated from the bytes alone: an empty message is two bytes in a file and hundreds in
//! memory.

use prost::DecodeError;
use prost::bytes::Buf;
use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field};

use crate::{AttributeProto, ModelProto, TensorProto};

/// Kinds of messages, as the fields of others.
#[derive(Clone, Copy)]
enum Kind {
    Model,
    Graph,
    Node,
    Attribute,
    Tensor,
    Value,
    Type,
    TensorType,
    Shape,
    Other,
}

impl Kind {
    /// Returns the kind of a field, or `None` for text, bytes and numbers.
    fn field(self, tag: u32) -> Option<Self> {
        Some(match (self, tag) {
            (Self::Model, 7) => Self::Graph,
            (Self::Model, 8 | 14) | (Self::Tensor, 13) | (Self::Shape, 1) => Self::Other,
            (Self::Graph, 1) => Self::Node,
            (Self::Graph, 5) | (Self::Attribute, 5) => Self::Tensor,
            (Self::Graph, 11..=13) => Self::Value,
            (Self::Node, 5) => Self::Attribute,
            (Self::Value, 2) => Self::Type,
            (Self::Type, 1) => Self::TensorType,
            (Self::TensorType, 2) => Self::Shape,
            _ => return None,
        })
    }
}

impl ModelProto {
    /// Returns at least as many bytes as decoding a file needs.
    ///
    /// ```
    /// use mlp_onnx::{GraphProto, Message as _, ModelProto, NodeProto};
    ///
    /// let graph = GraphProto { node: vec![NodeProto::default(); 1000], ..GraphProto::default() };
    /// let bytes = ModelProto { graph: Some(graph), ..ModelProto::default() }.encode_to_vec();
    /// assert!(bytes.len() < 3000);
    /// assert!(ModelProto::decoded_size(&bytes)? > 1000 * size_of::<NodeProto>() as u64);
    /// # Ok::<(), mlp_onnx::DecodeError>(())
    /// ```
    ///
    /// # Errors
    /// Returns an error if the bytes are not messages.
    pub fn decoded_size(bytes: &[u8]) -> Result<u64, DecodeError> {
        let (mut messages, mut texts) = (0, 0);
        count(bytes, Kind::Model, (&mut messages, &mut texts))?;
        // Numbers of one byte become eight; vectors have up to twice the capacity that they need.
        let largest = size_of::<AttributeProto>().max(size_of::<TensorProto>());
        Ok(2 * (8 * bytes.len() as u64 + messages * largest as u64 + texts * size_of::<String>() as u64))
    }
}

/// Counts the messages, and the other fields, in a message. The depth is that of the kinds, which have no cycle.
fn count(mut bytes: &[u8], kind: Kind, (messages, texts): (&mut u64, &mut u64)) -> Result<(), DecodeError> {
    while bytes.has_remaining() {
        let (tag, wire_type) = decode_key(&mut bytes)?;
        match kind.field(tag) {
            Some(inner) if wire_type == WireType::LengthDelimited => {
                let length = decode_varint(&mut bytes)?;
                let content = usize::try_from(length).ok().and_then(|length| bytes.split_at_checked(length));
                // The decoder reports the error.
                let Some((content, rest)) = content else { return Ok(()) };
                bytes = rest;
                *messages += 1;
                count(content, inner, (messages, texts))?;
            }
            _ => {
                // An empty text is two bytes in a file, and 24 in memory.
                *texts += 1;
                skip_field(wire_type, tag, &mut bytes, DecodeContext::default())?;
            }
        }
    }
    Ok(())
}
