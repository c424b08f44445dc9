//! Each operator as a layer. What cannot be said exactly is refused, and why.

use mlp_onnx::NodeProto;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

use super::lower::{Dense, Known, Lowering, Value};
use super::model::{attribute, float, int};

type Lowered = Result<(), String>;

/// Operators that are activations by another name.
const ACTIVATIONS: [(&str, &str); 8] = [
    ("Relu", "relu"),
    ("Tanh", "tanh"),
    ("Sigmoid", "sigmoid"),
    ("Softplus", "softplus"),
    ("Softsign", "softsign"),
    ("Exp", "exponential"),
    ("Silu", "silu"),
    ("Swish", "silu"),
];

/// Operators of two or more values of the same size.
const MERGES: [(&str, &str); 7] = [
    ("Add", "Add"),
    ("Sum", "Add"),
    ("Sub", "Subtract"),
    ("Mul", "Multiply"),
    ("Max", "Maximum"),
    ("Min", "Minimum"),
    ("Mean", "Average"),
];

impl Lowering<'_> {
    pub(super) fn node(&mut self, node: &NodeProto) -> Lowered {
        if self.is_unknown(node) {
            self.forget(node);
            return Ok(());
        }
        if !(node.domain.is_empty() || node.domain == "ai.onnx") {
            return Err(format!("operators of {:?} are not known here", node.domain));
        }
        if let Some((_, activation)) = ACTIVATIONS.iter().find(|(operator, _)| *operator == node.op_type) {
            return self.activation(node, activation);
        }
        let is_computed = |input: &String| self.constant(input).is_none();
        let merge = MERGES.iter().find(|(operator, _)| *operator == node.op_type);
        if let (Some((_, merge)), true) = (merge, node.input.len() > 1 && node.input.iter().all(is_computed)) {
            return self.merge(node, merge);
        }
        match node.op_type.as_str() {
            "Gemm" => self.gemm(node),
            "MatMul" => self.matmul(node),
            "Add" | "Sub" | "Mul" | "Div" => self.by_constant(node),
            "Concat" => self.concatenate(node),
            "Slice" => self.slice_of(node),
            "Split" => self.split(node),
            "Identity" | "Dropout" => self.alias(node),
            "Flatten" | "Reshape" | "Cast" => self.unchanged(node),
            "BatchNormalization" => self.batch_normalization(node),
            "LayerNormalization" => self.layer_normalization(node),
            "PRelu" => self.prelu(node),
            "LeakyRelu" => self.leaky_relu(node),
            "Softmax" => self.along_features(node).and_then(|()| self.activation(node, "softmax")),
            "Elu" => self.with_default(node, &[("alpha", 1.0)], "elu"),
            "Selu" => self.with_default(node, &[("alpha", 1.67326), ("gamma", 1.0507)], "selu"),
            "HardSigmoid" => self.hard_sigmoid(node),
            "Gelu" if attribute(node, "approximate").is_some_and(|kind| kind.s != b"none") => {
                Err("the approximation by tanh is not there; export it with approximate=\"none\"".into())
            }
            "Gelu" => self.activation(node, "gelu"),
            _ => Err("there is no layer for this operator".into()),
        }
    }

    /// Inside the layer before, if that is a `Dense` and gives to nobody else.
    fn activation(&mut self, node: &NodeProto, activation: &str) -> Lowered {
        let input = first(node)?;
        let known = match self.open(input).cloned() {
            Some(Value::Dense(dense)) => self.dense(dense, Some(activation)),
            _ => {
                let known = self.ready(input)?;
                let (size, name) = (size(known.features), Ident::new(activation, Span::call_site()));
                let layer = quote! { Activation(#size, ::mlp::#name) };
                self.layer("", "activation", &layer, std::slice::from_ref(&known), known.features, [])
            }
        };
        self.set(node, Value::Ready(known))
    }

    /// An activation whose settings can only be these.
    fn with_default(&mut self, node: &NodeProto, settings: &[(&str, f64)], activation: &str) -> Lowered {
        for &(name, wanted) in settings {
            let found = float(node, name, wanted);
            if (found - wanted).abs() > 1e-4 {
                return Err(format!("{name} is {found}; `{activation}` has {wanted}"));
            }
        }
        self.activation(node, activation)
    }

    fn hard_sigmoid(&mut self, node: &NodeProto) -> Lowered {
        let (alpha, beta) = (float(node, "alpha", 0.2), float(node, "beta", 0.5));
        if (alpha - 1.0 / 6.0).abs() > 1e-6 || beta != 0.5 {
            return Err(format!("alpha is {alpha} and beta {beta}; `hard_sigmoid` has 1/6 and 0.5"));
        }
        self.activation(node, "hard_sigmoid")
    }

    fn leaky_relu(&mut self, node: &NodeProto) -> Lowered {
        let alpha = float(node, "alpha", 0.01);
        if alpha == 0.2 {
            return self.activation(node, "leaky_relu");
        }
        let known = self.ready(first(node)?)?;
        let slopes = vec![alpha; known.features];
        self.sized(node, "PReLU", "p_re_lu", &known, None, slopes)
    }

    fn prelu(&mut self, node: &NodeProto) -> Lowered {
        let known = self.ready(first(node)?)?;
        let slopes = self.row(node, 1, known.features)?;
        self.sized(node, "PReLU", "p_re_lu", &known, None, slopes)
    }

    /// A layer of one size, perhaps with an `epsilon`.
    fn sized(
        &mut self,
        node: &NodeProto,
        layer: &str,
        kind: &str,
        known: &Known,
        epsilon: Option<f64>,
        parameters: Vec<f64>,
    ) -> Lowered {
        let (name, size) = (Ident::new(layer, Span::call_site()), size(known.features));
        let epsilon = epsilon.map(|epsilon| {
            let epsilon = Literal::f64_unsuffixed(epsilon);
            quote! { , epsilon = #epsilon }
        });
        let hint = node.input.get(1).map_or("", String::as_str);
        let layer = quote! { #name(#size #epsilon) };
        let known = self.layer(hint, kind, &layer, std::slice::from_ref(known), known.features, parameters);
        self.set(node, Value::Ready(known))
    }

    fn batch_normalization(&mut self, node: &NodeProto) -> Lowered {
        if int(node, "training_mode", 0) != 0 {
            return Err("it is exported for training; export the model for inference".into());
        }
        let known = self.ready(first(node)?)?;
        let rows: Result<Vec<_>, _> = (1..5).map(|index| self.row(node, index, known.features)).collect();
        let epsilon = float(node, "epsilon", 1e-5);
        self.sized(node, "BatchNormalization", "batch_normalization", &known, Some(epsilon), rows?.concat())
    }

    fn layer_normalization(&mut self, node: &NodeProto) -> Lowered {
        self.along_features(node)?;
        let known = self.ready(first(node)?)?;
        let mut parameters = self.row(node, 1, known.features)?;
        match node.input.get(2).filter(|name| !name.is_empty()) {
            Some(_) => parameters.extend(self.row(node, 2, known.features)?),
            None => parameters.extend(vec![0.0; known.features]),
        }
        let epsilon = float(node, "epsilon", 1e-5);
        self.sized(node, "LayerNormalization", "layer_normalization", &known, Some(epsilon), parameters)
    }

    fn along_features(&self, node: &NodeProto) -> Lowered {
        match int(node, "axis", -1) {
            -1 | 1 => Ok(()),
            axis => Err(format!("it goes along axis {axis}, not along the features")),
        }
    }

    fn gemm(&mut self, node: &NodeProto) -> Lowered {
        if int(node, "transA", 0) != 0 || float(node, "alpha", 1.0) != 1.0 || float(node, "beta", 1.0) != 1.0 {
            return Err("only products of samples and weights as they are can be a `Dense`".into());
        }
        let bias = node.input.get(2).filter(|name| !name.is_empty()).cloned();
        self.product(node, int(node, "transB", 0) != 0, bias)
    }

    fn matmul(&mut self, node: &NodeProto) -> Lowered {
        self.product(node, false, None)
    }

    fn product(&mut self, node: &NodeProto, transposed: bool, bias: Option<String>) -> Lowered {
        let name = node.input.get(1).ok_or("it lacks its weights")?;
        let weights = self.constant(name).ok_or_else(|| format!("its weights {name:?} are not in the file"))?;
        if weights.shape.len() != 2 {
            return Err(format!("its weights {name:?} have the dimensions {:?}, not two", weights.shape));
        }
        let weights = if transposed { weights.clone() } else { weights.transposed() };
        let (outputs, inputs) = (weights.shape[0], weights.shape[1]);
        let input = self.ready(first(node)?)?;
        if input.features != inputs || outputs == 0 {
            return Err(format!("its weights {name:?} take {inputs} features, but {} are given", input.features));
        }
        let bias = match bias {
            Some(name) => Some(self.row_of(&name, outputs)?),
            None => None,
        };
        let dense = Dense { hint: name.clone(), input, outputs, weights: weights.numbers, bias };
        self.set(node, Value::Dense(dense))
    }

    /// A value and a number for each feature, or one for all.
    fn by_constant(&mut self, node: &NodeProto) -> Lowered {
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
        if let Some(number) = self.constant(constant).and_then(super::model::Constant::scalar) {
            return self.rescaled(node, &known, &quote! { offset }, number * sign);
        }
        let mean = signed(self.row_of(constant, known.features)?, -sign);
        self.set(node, Value::Centered(known, mean))
    }

    fn scaled(&mut self, node: &NodeProto, value: &String, constant: &str, factor: fn(f64) -> f64) -> Lowered {
        let open = self.open(value).cloned();
        let number = self.constant(constant).and_then(super::model::Constant::scalar);
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

    fn merge(&mut self, node: &NodeProto, merge: &str) -> Lowered {
        let values: Result<Vec<Known>, _> = node.input.iter().map(|input| self.ready(input)).collect();
        let values = values?;
        let sizes: Vec<usize> = values.iter().map(|value| value.features).collect();
        if sizes.windows(2).any(|pair| pair[0] != pair[1]) {
            return Err(format!("its values have {sizes:?} features; they must be equally many"));
        }
        let (name, kind) = (Ident::new(merge, Span::call_site()), merge.to_lowercase());
        let known = self.layer("", &kind, &quote! { #name() }, &values, sizes[0], []);
        self.set(node, Value::Ready(known))
    }

    fn concatenate(&mut self, node: &NodeProto) -> Lowered {
        self.along_features(node)?;
        let values: Result<Vec<Known>, _> = node.input.iter().map(|input| self.ready(input)).collect();
        let values = values?;
        let known = match values.as_slice() {
            [value] => value.clone(),
            _ => {
                let features = values.iter().map(|value| value.features).sum();
                self.layer("", "concatenate", &quote! { Concatenate() }, &values, features, [])
            }
        };
        self.set(node, Value::Ready(known))
    }

    fn slice_of(&mut self, node: &NodeProto) -> Lowered {
        let known = self.ready(first(node)?)?;
        let [starts, ends, axes, steps] = [(1, "starts"), (2, "ends"), (3, "axes"), (4, "steps")]
            .map(|(index, name)| self.whole_numbers(node, index, name));
        let (starts, ends) = (starts.ok_or("its start is not known")?, ends.ok_or("its end is not known")?);
        let (axes, steps) = (axes.unwrap_or_else(|| vec![0]), steps.unwrap_or_else(|| vec![1]));
        let ([start], [end], [-1 | 1], [1]) = (&starts[..], &ends[..], &axes[..], &steps[..]) else {
            return Err("only neighbouring features can be a slice".into());
        };
        let features = known.features as i64;
        let place = |at: i64| if at < 0 { at.saturating_add(features) } else { at }.clamp(0, features) as usize;
        let (first, end) = (place(*start), place(*end));
        if first >= end {
            return Err(format!("the slice from {first} to {end} is empty"));
        }
        let slice = self.slice(&known, first, end);
        self.set(node, Value::Ready(slice))
    }

    fn split(&mut self, node: &NodeProto) -> Lowered {
        // The default axis here is the first.
        if !matches!(int(node, "axis", 0), -1 | 1) {
            return Err("it does not split features".into());
        }
        let known = self.ready(first(node)?)?;
        let count = node.output.len().max(1);
        let even = || vec![known.features.div_ceil(count) as i64; count];
        let sizes = self.whole_numbers(node, 1, "split").unwrap_or_else(even);
        let mut first = 0;
        for (output, size) in node.output.iter().zip(sizes) {
            let end = usize::try_from(size).map_or(known.features, |size| known.features.min(first + size));
            if first >= end {
                return Err(format!("{output:?} would be empty"));
            }
            let slice = self.slice(&known, first, end);
            self.set_output(output, slice);
            first = end;
        }
        Ok(())
    }

    /// The same value by another name.
    fn alias(&mut self, node: &NodeProto) -> Lowered {
        let input = first(node)?;
        let training = node.input.get(2).and_then(|name| self.constant(name)).and_then(super::model::Constant::scalar);
        if training.is_some_and(|training| training != 0.0) {
            return Err("it is exported for training; export the model for inference".into());
        }
        let value = match self.open(input).cloned() {
            Some(value) => value,
            None => Value::Ready(self.ready(input)?),
        };
        self.set(node, value)
    }

    /// What changes nothing about samples and features.
    fn unchanged(&mut self, node: &NodeProto) -> Lowered {
        let known = self.ready(first(node)?)?;
        let kind = if self.model.is_double { 11 } else { 1 };
        let changes = match node.op_type.as_str() {
            "Cast" => int(node, "to", kind) != kind,
            "Flatten" => !matches!(int(node, "axis", 1), 1 | -1),
            _ => {
                let shape = self.whole_numbers(node, 1, "shape").unwrap_or_default();
                !matches!(shape[..], [_, -1]) && shape.get(1..) != Some(&[known.features as i64][..])
            }
        };
        if changes {
            return Err("it gives something else than samples of as many features".into());
        }
        self.set(node, Value::Ready(known))
    }

    /// An input that is a constant, or in old files a setting.
    fn whole_numbers(&self, node: &NodeProto, index: usize, name: &str) -> Option<Vec<i64>> {
        let constant = node.input.get(index).and_then(|input| self.constant(input));
        let numbers = constant.map(|constant| constant.numbers.iter().map(|&number| number as i64).collect());
        numbers.or_else(|| attribute(node, name).map(|attribute| attribute.ints.clone()))
    }

    /// An input that is a number for each feature.
    fn row(&self, node: &NodeProto, index: usize, features: usize) -> Result<Vec<f64>, String> {
        let name = node.input.get(index).ok_or_else(|| format!("it lacks its input {index}"))?;
        self.row_of(name, features)
    }

    fn row_of(&self, name: &str, features: usize) -> Result<Vec<f64>, String> {
        let constant = self.constant(name).ok_or_else(|| format!("{name:?} is not in the file"))?;
        let shape = || format!("{name:?} has the dimensions {:?}, not a number for each of {features}", constant.shape);
        constant.row(features).ok_or_else(shape)
    }
}

fn first(node: &NodeProto) -> Result<&String, String> {
    node.input.first().ok_or_else(|| "it takes nothing".to_owned())
}

fn size(features: usize) -> Literal {
    Literal::usize_unsuffixed(features)
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
