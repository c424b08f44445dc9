//! Expressions as nodes of a graph without duplicates: two equal expressions are the same node.
//!
//! `simplify` has the constructors. They keep expressions in a normal form, so that equal formulas are mostly equal nodes:
//!
//! ```text
//! sum       c₀ + Σ cₖ tₖ        the terms tₖ are no sums and no numbers, in ascending order
//! product   Π fₖ^nₖ             the factors fₖ are no products and no numbers, in ascending order
//! ```

use std::collections::{BTreeSet, HashMap};

/// A node, by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Id(usize);

/// A number, compared by its bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Number(u64);

impl Number {
    pub(super) const ZERO: Self = Self(0);

    /// Creates a number. Negative zero becomes zero.
    pub(super) fn new(value: f64) -> Self {
        Self((value + 0.0).to_bits())
    }

    pub(super) fn value(self) -> f64 {
        f64::from_bits(self.0)
    }
}

/// A value that expressions are made of, by its index in the declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Symbol {
    Input(usize),
    Data(usize),
    /// Field of the struct.
    Parameter(usize),
    /// Constant in the user's scope.
    Constant(usize),
    Stream(Stream),
}

/// Output of the network, or a derivative of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Stream {
    pub(super) output: usize,
    pub(super) order: Order,
}

/// The inputs by which an output is differentiated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Order {
    Value,
    First(usize),
    /// The first input is at most the second.
    Second(usize, usize),
}

/// An elementary function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Function {
    Sin,
    Cos,
    Exp,
    Ln,
    Sqrt,
    Tanh,
    /// `1 / cosh² x`, the derivative of `tanh x`.
    TanhDerivative,
    Sinh,
    Cosh,
    Abs,
    /// −1, 0 or 1.
    Sign,
    Max,
    Min,
    /// `base.powf(exponent)`
    Powf,
    /// `if condition > 0 { yes } else { no }`
    Select,
}

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Node {
    Number(Number),
    Symbol(Symbol),
    /// `constant + Σ coefficient · term`
    Sum {
        constant: Number,
        terms: Vec<(Id, Number)>,
    },
    /// `Π factor ^ exponent`
    Product(Vec<(Id, i64)>),
    Function(Function, Vec<Id>),
    /// Call of a function in the user's scope, by its index.
    Call(usize, Vec<Id>),
}

/// The nodes.
#[derive(Debug, Default)]
pub(super) struct Expressions {
    nodes: Vec<Node>,
    ids: HashMap<Node, Id>,
}

impl Expressions {
    pub(super) fn node(&self, id: Id) -> &Node {
        &self.nodes[id.0]
    }

    /// Returns the node, which is created if it is new.
    pub(super) fn intern(&mut self, node: Node) -> Id {
        let Self { nodes, ids } = self;
        *ids.entry(node).or_insert_with_key(|node| {
            nodes.push(node.clone());
            Id(nodes.len() - 1)
        })
    }

    /// Returns the value, if the expression is a number.
    pub(super) fn as_number(&self, id: Id) -> Option<f64> {
        match self.node(id) {
            Node::Number(number) => Some(number.value()),
            _ => None,
        }
    }

    pub(super) fn is_zero(&self, id: Id) -> bool {
        self.as_number(id) == Some(0.0)
    }

    /// Returns the operands of a node.
    pub(super) fn operands(&self, id: Id) -> Vec<Id> {
        match self.node(id) {
            Node::Number(_) | Node::Symbol(_) => Vec::new(),
            Node::Sum { terms, .. } => terms.iter().map(|(term, _)| *term).collect(),
            Node::Product(factors) => factors.iter().map(|(factor, _)| *factor).collect(),
            Node::Function(_, operands) | Node::Call(_, operands) => operands.clone(),
        }
    }

    /// Returns all nodes that some expressions consist of.
    pub(super) fn reachable(&self, roots: impl IntoIterator<Item = Id>) -> BTreeSet<Id> {
        let mut found = BTreeSet::new();
        let mut open: Vec<Id> = roots.into_iter().collect();
        while let Some(id) = open.pop() {
            if found.insert(id) {
                open.extend(self.operands(id));
            }
        }
        found
    }

    /// Returns all symbols that some expressions contain.
    pub(super) fn symbols(&self, roots: impl IntoIterator<Item = Id>) -> BTreeSet<Symbol> {
        let nodes = self.reachable(roots).into_iter();
        nodes.filter_map(|id| if let Node::Symbol(symbol) = self.node(id) { Some(*symbol) } else { None }).collect()
    }

    /// Returns all streams that some expressions contain.
    pub(super) fn streams(&self, roots: impl IntoIterator<Item = Id>) -> BTreeSet<Stream> {
        let symbols = self.symbols(roots).into_iter();
        symbols.filter_map(|symbol| if let Symbol::Stream(stream) = symbol { Some(stream) } else { None }).collect()
    }
}

impl Order {
    /// Returns the order of the derivative by one more input, up to the second.
    pub(super) fn by(self, input: usize) -> Option<Self> {
        match self {
            Self::Value => Some(Self::First(input)),
            Self::First(first) => Some(Self::Second(first.min(input), first.max(input))),
            Self::Second(..) => None,
        }
    }
}
