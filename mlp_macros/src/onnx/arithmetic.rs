//! Arithmetic of values with constants: biases, scales and normalizations.

use mlp_onnx::NodeProto;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::layers::{NodeResult, size};
use super::lower::{DenseDraft, LoweredValue, Lowering, NamedValue};
use super::model::Constant;

/// Larger factors are rejected: the variance `1 / factor²` would lose precision.
const MAX_FACTOR: f64 = 1e7;

impl Lowering<'_> {
    /// Translates `Add`, `Sub`, `Mul` or `Div` of a value and a constant: an element per feature, or one for all.
    pub(super) fn by_constant(&mut self, node: &NodeProto) -> NodeResult {
        let [a, b] = node.input.as_slice() else {
            return Err(format!("expected two inputs, found {}", node.input.len()));
        };
        let constant_first = self.constant(a).is_some();
        let (value, constant) = if constant_first { (b, a) } else { (a, b) };
        if constant_first && matches!(node.op_type.as_str(), "Sub" | "Div") {
            return Err(format!("no layer computes {:?} of a constant and a value", node.op_type));
        }
        match node.op_type.as_str() {
            "Add" => self.shifted(node, value, constant, 1.0),
            "Sub" => self.shifted(node, value, constant, -1.0),
            "Mul" => self.scaled(node, value, constant, |factor| factor),
            _ => self.scaled(node, value, constant, |divisor| 1.0 / divisor),
        }
    }

    /// Translates `value + sign · constant`.
    fn shifted(&mut self, node: &NodeProto, value: &String, constant: &str, sign: f64) -> NodeResult {
        if let Some(LoweredValue::Dense(dense)) = self.fusible(value).cloned()
            && dense.bias.is_none()
        {
            let bias = scale(self.row_of(constant, dense.outputs)?, sign);
            return self.set(node, LoweredValue::Dense(DenseDraft { bias: Some(bias), ..dense }));
        }
        let value = self.ready(value)?;
        if let Some(offset) = self.constant(constant).and_then(Constant::scalar) {
            return self.rescaled(node, &value, &quote! { offset }, offset * sign);
        }
        let mean = scale(self.row_of(constant, value.features)?, -sign);
        self.set(node, LoweredValue::Centered(value, mean))
    }

    /// Translates `value · factor(constant)`.
    fn scaled(&mut self, node: &NodeProto, value: &String, constant: &str, factor: fn(f64) -> f64) -> NodeResult {
        let fusible = self.fusible(value).cloned();
        let scalar = self.constant(constant).and_then(Constant::scalar);
        let (value, mean) = match (fusible, scalar) {
            (Some(LoweredValue::Centered(value, mean)), _) => (value, mean),
            (_, Some(scalar)) => {
                let value = self.ready(value)?;
                return self.rescaled(node, &value, &quote! { scale }, factor(scalar));
            }
            (_, None) => {
                let value = self.ready(value)?;
                let mean = vec![0.0; value.features];
                (value, mean)
            }
        };
        let factors: Vec<f64> = self.row_of(constant, value.features)?.into_iter().map(factor).collect();
        if !factors.iter().all(|&factor| factor > 0.0 && factor < MAX_FACTOR) {
            return Err("expected positive factors below 1e7: `Normalization` supports no others".into());
        }
        let variance = factors.into_iter().map(|factor| (factor * factor).recip()).collect();
        let value = self.normalization(&value, mean, variance);
        self.set(node, LoweredValue::Ready(value))
    }

    fn rescaled(&mut self, node: &NodeProto, value: &NamedValue, option: &TokenStream, setting: f64) -> NodeResult {
        let size = size(value.features);
        let setting = signed(setting);
        let layer = quote! { Rescaling(#size, #option = #setting) };
        let value = self.layer("", "rescaling", &layer, std::slice::from_ref(value), value.features, []);
        self.set(node, LoweredValue::Ready(value))
    }
}

fn scale(values: Vec<f64>, factor: f64) -> Vec<f64> {
    values.into_iter().map(|value| value * factor).collect()
}

/// Returns a literal with its sign.
fn signed(value: f64) -> TokenStream {
    let magnitude = Literal::f64_unsuffixed(value.abs());
    if value.is_sign_negative() {
        quote! { -#magnitude }
    } else {
        quote! { #magnitude }
    }
}
