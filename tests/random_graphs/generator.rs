//! Generates random acyclic graphs, reproducibly from a seed.

use std::rc::Rc;

use mlp::Rng;

use crate::graph::{Activation, Argument, Graph, Kind, Layer, Loss, Merge, Output, Simple, Statement};

/// Max number of features of a value.
const WIDEST: usize = 12;
const ACTIVATIONS: [Activation; 12] = [
    Activation::Elu,
    Activation::Gelu,
    Activation::Identity,
    Activation::Relu,
    Activation::Selu,
    Activation::Sigmoid,
    Activation::Silu,
    Activation::Sin,
    Activation::Softmax,
    Activation::Softplus,
    Activation::Softsign,
    Activation::Tanh,
];
const SIMPLE: [Simple; 6] = [
    Simple::Dropout,
    Simple::LayerNormalization,
    Simple::PRelu,
    Simple::Rescaling,
    Simple::RmsNormalization,
    Simple::UnitNormalization,
];
const MERGES: [Merge; 9] = [
    Merge::Add,
    Merge::Subtract,
    Merge::Multiply,
    Merge::Average,
    Merge::Maximum,
    Merge::Minimum,
    Merge::Concatenate,
    Merge::Dot,
    Merge::Cosine,
];

/// Numbers of networks to generate.
#[derive(Clone, Copy)]
pub struct Count {
    /// Networks without nested networks.
    pub inner: usize,
    /// Networks that may nest those.
    pub outer: usize,
    /// Networks of two coordinates with one or two outputs in one value, which may nest them too.
    pub fields: usize,
}

/// Generates networks.
pub fn graphs(Count { inner, outer, fields }: Count) -> Vec<Rc<Graph>> {
    let mut graphs: Vec<Rc<Graph>> = Vec::new();
    for index in 0..inner + outer + fields {
        let nested = graphs[..index.min(inner)].to_vec();
        let (name, steps) = match index {
            _ if index < inner => (format!("Inner{index}"), 2..5),
            _ if index < inner + outer => (format!("Net{}", index - inner), 4..11),
            _ => (format!("Field{}", index - inner - outer), 3..9),
        };
        let is_field = index >= inner + outer;
        let networks = if index < inner { Vec::new() } else { nested };
        let inputs = is_field.then(|| vec![2]);
        let mut draft = Draft::new(name, index as u64, inputs, networks);
        for _ in 0..steps.start + draft.random.below(steps.len()) {
            draft.step();
        }
        graphs.push(Rc::new(if is_field { draft.finish_field() } else { draft.finish() }));
    }
    graphs
}

/// Graph under construction.
struct Draft {
    graph: Graph,
    random: Rng,
    networks: Vec<Rc<Graph>>,
    /// Values that must not be sliced again.
    slices: Vec<usize>,
}

impl Draft {
    fn new(name: String, seed: u64, inputs: Option<Vec<usize>>, networks: Vec<Rc<Graph>>) -> Self {
        let graph = Graph {
            name,
            features: Vec::new(),
            inputs: Vec::new(),
            layers: Vec::new(),
            statements: Vec::new(),
            outputs: Vec::new(),
        };
        let mut draft = Self { graph, random: Rng::new(seed), networks, slices: Vec::new() };
        let inputs = inputs.unwrap_or_else(|| {
            let count = 1 + draft.random.below(3);
            (0..count).map(|_| 1 + draft.random.below(5)).collect()
        });
        for features in inputs {
            let value = draft.value(features);
            draft.graph.inputs.push(value);
            draft.graph.statements.push(Statement::Input { value });
        }
        draft.random.shuffle(&mut draft.graph.inputs);
        draft
    }

    fn value(&mut self, features: usize) -> usize {
        self.graph.features.push(features);
        self.graph.features.len() - 1
    }

    fn one_of<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.random.below(items.len())].clone()
    }

    /// Returns `true` with a probability of `percent`.
    fn chance(&mut self, percent: usize) -> bool {
        self.random.below(100) < percent
    }

    fn step(&mut self) {
        match self.random.below(100) {
            0..8 => self.slice(),
            8..24 => self.call_again(),
            24..36 if !self.networks.is_empty() => self.network(),
            36..56 => self.dense(),
            56..68 => self.simple(),
            68..73 => self.fourier(),
            73..78 => self.periodic(),
            _ => self.merge(),
        }
    }

    /// Selects a value, preferably an unused one.
    fn any(&mut self) -> Argument {
        let uses = self.graph.uses();
        let unused: Vec<usize> = (0..uses.len()).filter(|&value| uses[value] == 0).collect();
        let value = if !unused.is_empty() && self.chance(60) {
            self.one_of(&unused)
        } else {
            self.random.below(self.graph.features.len())
        };
        if self.chance(15) { self.part_of(value) } else { Argument { value, slice: None } }
    }

    /// Slices a value, if it can be sliced.
    fn part_of(&mut self, value: usize) -> Argument {
        let features = self.graph.features[value];
        if self.slices.contains(&value) {
            return Argument { value, slice: None };
        }
        let count = 1 + self.random.below(features);
        self.slice_of(value, count)
    }

    fn slice_of(&mut self, value: usize, count: usize) -> Argument {
        let first = self.random.below(self.graph.features[value] - count + 1);
        Argument { value, slice: Some(first..first + count) }
    }

    /// Returns a value of this size: an existing one, a slice, or a new one.
    fn of(&mut self, features: usize) -> Argument {
        let values = 0..self.graph.features.len();
        let fitting: Vec<usize> = values.clone().filter(|&value| self.graph.features[value] == features).collect();
        if !fitting.is_empty() && self.chance(60) {
            return Argument { value: self.one_of(&fitting), slice: None };
        }
        let wider = |&value: &usize| self.graph.features[value] > features && !self.slices.contains(&value);
        let wider: Vec<usize> = values.filter(wider).collect();
        if !wider.is_empty() && self.chance(50) {
            let value = self.one_of(&wider);
            return self.slice_of(value, features);
        }
        let argument = self.any();
        Argument { value: self.dense_of(argument, features)[0], slice: None }
    }

    fn slice(&mut self) {
        let value = self.random.below(self.graph.features.len());
        let of = self.part_of(value);
        if let Some(range) = of.slice.clone() {
            let value = self.value(range.len());
            self.slices.push(value);
            self.graph.statements.push(Statement::Slice { value, of });
        }
    }

    fn dense(&mut self) {
        let argument = self.any();
        let features = 1 + self.random.below(5);
        self.dense_of(argument, features);
    }

    fn dense_of(&mut self, argument: Argument, outputs: usize) -> Vec<usize> {
        let inputs = self.graph.argument_features(&argument);
        let activation = self.one_of(&ACTIVATIONS);
        self.layer(Kind::Dense { inputs, outputs, activation }, vec![argument])
    }

    /// Adds a layer that keeps the number of features. Its input is no vector of zeros, where norms have no derivative.
    fn simple(&mut self) {
        let argument = self.any();
        let (inputs, outputs) = (self.graph.argument_features(&argument), 2 + self.random.below(4));
        let dense = self.layer(Kind::Dense { inputs, outputs, activation: Activation::Tanh }, vec![argument]);
        let layer = self.one_of(&SIMPLE);
        self.layer(Kind::Simple(layer), vec![Argument { value: dense[0], slice: None }]);
    }

    fn fourier(&mut self) {
        let argument = self.any();
        let outputs = 2 * (1 + self.random.below(3));
        self.layer(Kind::Fourier { outputs }, vec![argument]);
    }

    fn periodic(&mut self) {
        let argument = self.any();
        let inputs = self.graph.argument_features(&argument);
        let first = self.random.below(inputs);
        let (count, harmonics) = (1 + self.random.below((inputs - first).min(2)), 1 + self.random.below(2));
        self.layer(Kind::Periodic { first, count, harmonics }, vec![argument]);
    }

    fn merge(&mut self) {
        let merge = self.one_of(&MERGES);
        let first = self.any();
        let count = match merge {
            Merge::Subtract | Merge::Dot | Merge::Cosine => 2,
            _ => 2 + self.random.below(3),
        };
        let features = self.graph.argument_features(&first);
        let mut arguments = vec![first];
        while arguments.len() < count {
            let argument = if merge == Merge::Concatenate { self.any() } else { self.of(features) };
            arguments.push(argument);
        }
        if self.results(&Kind::Merge(merge), &arguments)[0] <= WIDEST {
            self.layer(Kind::Merge(merge), arguments);
        }
    }

    fn network(&mut self) {
        let networks = self.networks.clone();
        let network = self.one_of(&networks);
        let arguments = network.input_features().into_iter().map(|features| self.of(features)).collect();
        self.layer(Kind::Network(network), arguments);
    }

    /// Defines a layer and calls it.
    fn layer(&mut self, kind: Kind, arguments: Vec<Argument>) -> Vec<usize> {
        // Another call might be on zeros.
        let named = self.chance(35) && !matches!(kind, Kind::Simple(_));
        let (layer, inputs) = (self.graph.layers.len(), self.graph.argument_features(&arguments[0]));
        self.graph.layers.push(Layer { kind, inputs, named });
        if named {
            self.graph.statements.push(Statement::Layer { layer });
        }
        self.call(layer, arguments)
    }

    fn call(&mut self, layer: usize, arguments: Vec<Argument>) -> Vec<usize> {
        let features = self.results(&self.graph.layers[layer].kind, &arguments);
        let results: Vec<usize> = features.into_iter().map(|features| self.value(features)).collect();
        self.graph.statements.push(Statement::Call { layer, arguments, results: results.clone() });
        results
    }

    /// Calls a named layer on other values of the same sizes.
    fn call_again(&mut self) {
        let named: Vec<usize> = (0..self.graph.layers.len()).filter(|&layer| self.graph.layers[layer].named).collect();
        if named.is_empty() {
            return self.dense();
        }
        let layer = self.one_of(&named);
        let sizes: Option<Vec<usize>> = self.graph.statements.iter().find_map(|statement| match statement {
            Statement::Call { layer: called, arguments, .. } if *called == layer => {
                Some(arguments.iter().map(|argument| self.graph.argument_features(argument)).collect())
            }
            _ => None,
        });
        let sizes = sizes.expect("a layer is called where it is defined");
        let arguments = sizes.into_iter().map(|features| self.of(features)).collect();
        self.call(layer, arguments);
    }

    /// Returns the numbers of features of a layer's results.
    fn results(&self, kind: &Kind, arguments: &[Argument]) -> Vec<usize> {
        let features = || arguments.iter().map(|argument| self.graph.argument_features(argument));
        match kind {
            Kind::Dense { outputs, .. } => vec![*outputs],
            Kind::Network(network) => network.output_features(),
            Kind::Merge(Merge::Dot | Merge::Cosine) => vec![1],
            Kind::Merge(Merge::Concatenate) => vec![features().sum()],
            Kind::Merge(_) | Kind::Simple(_) => features().take(1).collect(),
            Kind::Fourier { outputs } => vec![*outputs],
            Kind::Periodic { count, harmonics, .. } => vec![features().sum::<usize>() - count + 2 * count * harmonics],
        }
    }

    /// Returns the graph with one output, a layer on all unused values.
    fn finish_field(mut self) -> Graph {
        let mut unused = self.unused();
        if unused.is_empty() {
            unused.push(self.graph.features.len() - 1);
        }
        let mut last = unused.remove(0);
        for value in unused {
            let arguments = [last, value].map(|value| Argument { value, slice: None }).to_vec();
            last = self.layer(Kind::Merge(Merge::Concatenate), arguments)[0];
        }
        let (inputs, outputs) = (self.graph.features[last], 1 + self.random.below(2));
        let kind = Kind::Dense { inputs, outputs, activation: Activation::Identity };
        let value = self.layer(kind, vec![Argument { value: last, slice: None }])[0];
        self.graph.outputs.push(Output { value, loss: Loss::MeanSquaredError });
        self.graph
    }

    /// Returns the graph. Its outputs are all unused values and some used ones.
    fn finish(mut self) -> Graph {
        let mut unused = self.unused();
        while unused.len() > 3 {
            let arguments: Vec<_> = unused.drain(..3).map(|value| Argument { value, slice: None }).collect();
            let joined = self.layer(Kind::Merge(Merge::Concatenate), arguments);
            let features = 1 + self.random.below(3);
            unused.extend(self.dense_of(Argument { value: joined[0], slice: None }, features));
        }
        if unused.is_empty() || self.chance(40) {
            let value = self.random.below(self.graph.features.len());
            unused.extend(Some(value).filter(|value| !unused.contains(value)));
        }
        self.random.shuffle(&mut unused);
        for value in unused {
            let loss = if self.chance(70) { Loss::MeanSquaredError } else { Loss::MeanAbsoluteError };
            self.graph.outputs.push(Output { value, loss });
        }
        self.graph
    }

    /// Returns the unused values. Of a nested network's outputs, at least one must be used.
    fn unused(&mut self) -> Vec<usize> {
        let uses = self.graph.uses();
        let mut unused: Vec<usize> = (0..uses.len()).filter(|&value| uses[value] == 0).collect();
        for statement in &self.graph.statements {
            let Statement::Call { results, .. } = statement else { continue };
            let kept = results.iter().find(|&&value| uses[value] > 0).unwrap_or(&results[0]);
            if self.random.below(2) == 0 {
                unused.retain(|value| value == kept || !results.contains(value));
            }
        }
        unused
    }
}
