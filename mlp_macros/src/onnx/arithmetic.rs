//! Values and constants: biases, scales and normalizations.

use mlp_onnx::NodeProto;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::layers::{Lowered, size};
use super::lower::{Dense, Known, Lowering, Value};
use super::model::Constant;

impl Lowering<'_> {
    /// A value and a number for each feature, or one for all.
    pub(super) fn by_constant(&mut self, node: &NodeProto) -> Lowered {
        let [a, b] = node.input.as_slice() else { return Err("it takes two values".into()) };
        let is_known = self.constant(a).is_some();
        let (value, constant) = if is_known { (b, a) } else { (a, b) };
        if is_known && matches!(node.op_type.as_str(), "Sub" | "Div") {
            return Err(format!("there is no layer for {:?} of a constant and a value", node.op_type));
        }
        match node.op_type.as_str() {
            "Add" => self.moved(node, value, constant, 1.0),
            "Sub" => self.moved(node, value, constant, -1.0),
            "Mul" => self.scaled(node, value, constant, |factor| factor),
            _ => self.scaled(node, value, constant, |divisor| 1.0 / divisor),
        }
    }

    fn moved(&mut self, node: &NodeProto, value: &String, constant: &str, sign: f64) -> Lowered {
        let signed = |numbers: Vec<f64>, sign: f64| numbers.into_iter().map(|number| number * sign).collect::<Vec<_>>();
        if let Some(Value::Dense(dense)) = self.open(value).cloned()
            && dense.bias.is_none()
        {
            let bias = Some(signed(self.row_of(constant, dense.outputs)?, sign));
            return self.set(node, Value::Dense(Dense { bias, ..dense }));
        }
        let known = self.ready(value)?;
        if let Some(number) = self.constant(constant).and_then(Constant::scalar) {
            return self.rescaled(node, &known, &quote! { offset }, number * sign);
        }
        let mean = signed(self.row_of(constant, known.features)?, -sign);
        self.set(node, Value::Centered(known, mean))
    }

    fn scaled(&mut self, node: &NodeProto, value: &String, constant: &str, factor: fn(f64) -> f64) -> Lowered {
        let open = self.open(value).cloned();
        let number = self.constant(constant).and_then(Constant::scalar);
        if let (Some(number), false) = (number, matches!(open, Some(Value::Centered(..)))) {
            let known = self.ready(value)?;
            return self.rescaled(node, &known, &quote! { scale }, factor(number));
        }
        let (known, mean) = match open {
            Some(Value::Centered(known, mean)) => (known, mean),
            _ => {
                let known = self.ready(value)?;
                let mean = vec![0.0; known.features];
                (known, mean)
            }
        };
        let factors: Vec<f64> = self.row_of(constant, known.features)?.into_iter().map(factor).collect();
        if !factors.iter().all(|&factor| factor > 0.0 && factor < 1e7) {
            return Err("a value times numbers for each feature is a `Normalization` only if all are above zero".into());
        }
        let variance = factors.into_iter().map(|factor| (factor * factor).recip()).collect();
        let known = self.normalization(&known, mean, variance);
        self.set(node, Value::Ready(known))
    }

    fn rescaled(&mut self, node: &NodeProto, known: &Known, option: &TokenStream, number: f64) -> Lowered {
        let (size, number) = (size(known.features), signed(number));
        let layer = quote! { Rescaling(#size, #option = #number) };
        let known = self.layer("", "rescaling", &layer, std::slice::from_ref(known), known.features, []);
        self.set(node, Value::Ready(known))
    }
}

/// A literal with its sign before it.
fn signed(number: f64) -> TokenStream {
    let size = Literal::f64_unsuffixed(number.abs());
    if number.is_sign_negative() {
        quote! { -#size }
    } else {
        quote! { #size }
    }
}
