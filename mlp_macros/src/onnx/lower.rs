//! From the nodes of a file to the statements of `functional!`, and the weights in the order of its fields.

use std::collections::{HashMap, HashSet};

use mlp_onnx::NodeProto;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::model::{Constant, Model, Problems, title};
use super::patterns;

/// What `functional!` is to be given, and the bytes of all weights.
pub(super) struct Lowered {
    pub(super) statements: TokenStream,
    pub(super) scalar: Ident,
    pub(super) parameters: Vec<u8>,
}

pub(super) fn lower(model: &Model) -> Result<Lowered, Problems> {
    let mut model = Model { nodes: model.nodes.clone(), constants: model.constants.clone(), ..model.shallow() };
    patterns::recognize(&mut model);
    let mut lowering = Lowering::new(&model);
    for node in &model.nodes {
        if let Err(problem) = lowering.node(node) {
            lowering.problems.push(format!("{}: {problem}", title(node)));
            // What follows from it is not told.
            lowering.unknown.extend(node.output.iter().cloned());
        }
    }
    lowering.finish()
}

/// A value on its way.
#[derive(Clone)]
pub(super) enum Value {
    /// It has a name.
    Ready(Known),
    /// A layer that may still get its bias or its activation.
    Dense(Dense),
    /// `x − mean`, which may still be divided.
    Centered(Known, Vec<f64>),
}

/// A value's name in the statements, and how many features it has.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) name: Ident,
    pub(super) features: usize,
}

/// `W x + b`
#[derive(Clone)]
pub(super) struct Dense {
    pub(super) hint: String,
    pub(super) input: Known,
    pub(super) outputs: usize,
    /// A row for each output.
    pub(super) weights: Vec<f64>,
    pub(super) bias: Option<Vec<f64>>,
}

pub(super) struct Lowering<'a> {
    pub(super) model: &'a Model,
    values: HashMap<String, Value>,
    /// How often each value is taken.
    uses: HashMap<&'a String, usize>,
    /// Values of nodes that were refused, or that come from such.
    unknown: HashSet<String>,
    statements: Vec<TokenStream>,
    names: HashSet<String>,
    parameters: Vec<f64>,
    problems: Problems,
}

impl<'a> Lowering<'a> {
    fn new(model: &'a Model) -> Self {
        let mut lowering = Self {
            model,
            values: HashMap::new(),
            uses: HashMap::new(),
            unknown: HashSet::new(),
            statements: Vec::new(),
            names: HashSet::new(),
            parameters: Vec::new(),
            problems: Vec::new(),
        };
        for taken in model.nodes.iter().flat_map(|node| &node.input).chain(&model.outputs) {
            *lowering.uses.entry(taken).or_insert(0) += 1;
        }
        for (input, features) in &model.inputs {
            let name = lowering.new_name(input, "input");
            let size = proc_macro2::Literal::usize_unsuffixed(*features);
            lowering.statements.push(quote! { let #name = Input(#size); });
            lowering.values.insert(input.clone(), Value::Ready(Known { name, features: *features }));
        }
        lowering
    }

    fn finish(mut self) -> Result<Lowered, Problems> {
        let mut outputs = Vec::new();
        for output in &self.model.outputs {
            match self.ready(output) {
                Ok(known) => outputs.push(known.name),
                Err(problem) if self.problems.is_empty() => self.problems.push(format!("output {output:?}: {problem}")),
                Err(_) => {}
            }
        }
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        let inputs: Vec<Ident> = self.model.inputs.iter().filter_map(|(input, _)| self.known(input)).collect();
        let [inputs, outputs] = [inputs, outputs].map(|names| match names.as_slice() {
            [name] => quote! { #name },
            _ => quote! { (#(#names),*) },
        });
        let statements = self.statements;
        let parameters = match self.model.is_double {
            true => self.parameters.iter().flat_map(|number| number.to_le_bytes()).collect(),
            false => self.parameters.iter().flat_map(|&number| (number as f32).to_le_bytes()).collect(),
        };
        Ok(Lowered {
            statements: quote! { #(#statements)* Model(#inputs => #outputs) },
            scalar: Ident::new(if self.model.is_double { "f64" } else { "f32" }, Span::call_site()),
            parameters,
        })
    }

    fn known(&self, name: &str) -> Option<Ident> {
        match self.values.get(name) {
            Some(Value::Ready(known)) => Some(known.name.clone()),
            _ => None,
        }
    }

    /// A value that only this node takes, while it can still become more.
    pub(super) fn open(&self, name: &String) -> Option<&Value> {
        self.values.get(name).filter(|_| self.uses.get(name) == Some(&1))
    }

    /// A value by its name.
    pub(super) fn ready(&mut self, name: &str) -> Result<Known, String> {
        let known = match self.values.get(name).cloned() {
            Some(Value::Ready(known)) => return Ok(known),
            Some(Value::Dense(dense)) => self.dense(dense, None),
            Some(Value::Centered(known, mean)) => {
                let ones = vec![1.0; mean.len()];
                self.normalization(&known, mean, ones)
            }
            None if self.model.constants.contains_key(name) => {
                return Err(format!("{name:?} is a constant; a layer takes what is computed from the inputs here"));
            }
            None => return Err(format!("{name:?} is not computed before")),
        };
        self.values.insert(name.into(), Value::Ready(known.clone()));
        Ok(known)
    }

    /// Whether a node follows from one that was refused.
    pub(super) fn is_unknown(&self, node: &NodeProto) -> bool {
        node.input.iter().any(|input| self.unknown.contains(input))
    }

    pub(super) fn forget(&mut self, node: &NodeProto) {
        self.unknown.extend(node.output.iter().cloned());
    }

    pub(super) fn constant(&self, name: &str) -> Option<&'a Constant> {
        self.model.constants.get(name)
    }

    pub(super) fn set(&mut self, node: &NodeProto, value: Value) -> Result<(), String> {
        let output = node.output.first().ok_or("it gives nothing")?;
        self.values.insert(output.clone(), value);
        Ok(())
    }

    pub(super) fn set_output(&mut self, output: &str, known: Known) {
        self.values.insert(output.into(), Value::Ready(known));
    }

    /// Adds a layer with its weights, in the order of its fields, called on some values.
    pub(super) fn layer(
        &mut self,
        hint: &str,
        kind: &str,
        layer: &TokenStream,
        inputs: &[Known],
        features: usize,
        parameters: impl IntoIterator<Item = f64>,
    ) -> Known {
        let name = self.new_name(hint, kind);
        let inputs = inputs.iter().map(|input| &input.name);
        self.statements.push(quote! { let #name = ::mlp::#layer(#(#inputs),*); });
        self.parameters.extend(parameters);
        Known { name, features }
    }

    /// Some features of a value.
    pub(super) fn slice(&mut self, value: &Known, first: usize, end: usize) -> Known {
        let (name, of) = (self.new_name("", "slice"), &value.name);
        let [from, to] = [first, end].map(proc_macro2::Literal::usize_unsuffixed);
        self.statements.push(quote! { let #name = #of[#from..#to]; });
        Known { name, features: end - first }
    }

    /// Column by column, as they lie in memory, then the bias.
    pub(super) fn dense(&mut self, dense: Dense, activation: Option<&str>) -> Known {
        let Dense { hint, input, outputs, weights, bias } = dense;
        let [from, to] = [input.features, outputs].map(proc_macro2::Literal::usize_unsuffixed);
        let activation = activation.map(|name| {
            let name = Ident::new(name, Span::call_site());
            quote! { , ::mlp::#name }
        });
        let no_bias = bias.is_none().then(|| quote! { , use_bias = false });
        let layer = quote! { Dense(#from => #to #activation #no_bias) };
        let inputs = input.features;
        let columns = (0..inputs).flat_map(move |column| (0..outputs).map(move |row| row * inputs + column));
        let columns: Vec<f64> = columns.map(|index| weights[index]).collect();
        let bias = bias.unwrap_or_else(|| vec![0.0; outputs]);
        self.layer(&hint, "dense", &layer, &[input], outputs, columns.into_iter().chain(bias))
    }

    /// `(x − mean) / √variance`
    pub(super) fn normalization(&mut self, input: &Known, mean: Vec<f64>, variance: Vec<f64>) -> Known {
        let size = proc_macro2::Literal::usize_unsuffixed(input.features);
        let layer = quote! { Normalization(#size) };
        self.layer(
            "",
            "normalization",
            &layer,
            core::slice::from_ref(input),
            input.features,
            mean.into_iter().chain(variance),
        )
    }

    /// A name for a value: that of the file as far as it is one, or the kind and a number.
    fn new_name(&mut self, hint: &str, kind: &str) -> Ident {
        let wanted = identifier(hint).unwrap_or_else(|| format!("{kind}_1"));
        let stem = wanted.trim_end_matches(|letter: char| letter.is_ascii_digit()).to_owned();
        let stem = if stem.ends_with('_') { stem } else { format!("{wanted}_") };
        let numbered = (1..).map(|number| format!("{stem}{number}"));
        let name = std::iter::once(wanted).chain(numbered).find(|name| self.names.insert(name.clone()));
        Ident::new(&name.unwrap_or_else(|| kind.into()), Span::call_site())
    }
}

/// What layers are often called that is no name of theirs: the last parts of `fc1.weight` or `dense/MatMul:0`.
const PARTS: [&str; 12] =
    ["weight", "weights", "kernel", "bias", "gamma", "scale", "matmul", "gemm", "readvariableop", "cast", "0", "value"];

/// A name of the file as a name in Rust: `encoder.fc1.weight` as `encoder_fc1`.
fn identifier(name: &str) -> Option<String> {
    let lower = name.to_lowercase();
    let mut parts: Vec<&str> = lower.split(['.', '/', ':']).filter(|part| !part.is_empty()).collect();
    while parts.len() > 1 && parts.last().is_some_and(|part| PARTS.contains(part)) {
        parts.pop();
    }
    let name: String =
        parts.join("_").chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect();
    let is_name =
        name.starts_with(|letter: char| letter.is_ascii_lowercase()) && syn::parse_str::<Ident>(&name).is_ok();
    is_name.then_some(name)
}

impl Model {
    /// Without nodes and constants.
    fn shallow(&self) -> Self {
        Self {
            nodes: Vec::new(),
            constants: HashMap::new(),
            inputs: self.inputs.clone(),
            outputs: self.outputs.clone(),
            is_double: self.is_double,
        }
    }
}
