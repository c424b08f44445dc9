//! Random equations as trees, which are evaluated, and written as source text.

use std::fmt::Write as _;

use super::number::Real;
use crate::residual::expression::{Function, Order, Stream, Symbol};

/// Inputs, outputs, fields and columns of data of the declaration below.
pub(super) const INPUTS: [&str; 2] = ["x", "y"];
pub(super) const OUTPUTS: [&str; 2] = ["u", "v"];
pub(super) const FIELDS: [&str; 2] = ["k", "rate"];

/// Random numbers, by the generator SplitMix64.
pub(super) struct Random(pub(super) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * ((self.next() >> 11) as f64 / (1_u64 << 53) as f64)
    }
}

#[derive(Clone, Debug)]
pub(super) enum Tree {
    Number(f64),
    Symbol(Symbol),
    Neg(Box<Tree>),
    /// `+`, `-`, `*` or `/`
    Binary(char, Box<Tree>, Box<Tree>),
    Powi(Box<Tree>, i64),
    Tan(Box<Tree>),
    Function(Function, Vec<Tree>),
}

/// Highest derivative among the symbols.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Symbols {
    /// Inputs and fields, and the first output without derivatives.
    Transform,
    Values,
    First,
    Second,
}

fn boxed(tree: Tree) -> Box<Tree> {
    Box::new(tree)
}

/// Returns a random symbol.
pub(super) fn symbol(symbols: Symbols, random: &mut Random) -> Symbol {
    let (i, j) = (random.below(2), random.below(2));
    let orders = match symbols {
        Symbols::Transform | Symbols::Values => 1,
        Symbols::First => 2,
        Symbols::Second => 3,
    };
    let order = match random.below(orders) {
        0 => Order::Value,
        1 => Order::First(i),
        _ => Order::Second(i.min(j), i.max(j)),
    };
    let output = if symbols == Symbols::Transform { 0 } else { random.below(2) };
    match random.below(6) {
        0 => Symbol::Input(i),
        1 => Symbol::Parameter(i),
        2 if symbols == Symbols::Second => Symbol::Data(0),
        _ => Symbol::Stream(Stream { output, order }),
    }
}

/// Returns a random tree.
pub(super) fn tree(depth: usize, symbols: Symbols, random: &mut Random) -> Tree {
    if depth == 0 || random.below(8) == 0 {
        return match random.below(4) {
            // Adding zero avoids −0, which is no literal.
            0 => Tree::Number(random.between(-30.0, 30.0).round() / 8.0 + 0.0),
            _ => Tree::Symbol(symbol(symbols, random)),
        };
    }
    let part = |random: &mut Random| boxed(tree(depth - 1, symbols, random));
    match random.below(12) {
        0 => Tree::Neg(part(random)),
        1..=5 => Tree::Binary(['+', '-', '*'][random.below(3)], part(random), part(random)),
        6 => Tree::Binary('/', part(random), boxed(positive(*part(random)))),
        7 => Tree::Powi(part(random), [2, 3, 4, 7][random.below(4)]),
        8 => Tree::Powi(boxed(positive(*part(random))), [-1, -2, -3][random.below(3)]),
        _ => function(depth, symbols, random),
    }
}

/// Returns `t² + ½`.
fn positive(tree: Tree) -> Tree {
    Tree::Binary('+', boxed(Tree::Powi(boxed(tree), 2)), boxed(Tree::Number(0.5)))
}

/// Returns a function of trees, whose arguments are in its domain.
fn function(depth: usize, symbols: Symbols, random: &mut Random) -> Tree {
    let first = tree(depth - 1, symbols, random);
    match random.below(13) {
        0 => Tree::Function(Function::Ln, vec![positive(first)]),
        1 => Tree::Function(Function::Sqrt, vec![positive(first)]),
        2 => Tree::Function(Function::Powf, vec![positive(first), tree(1, symbols, random)]),
        3 => {
            let exponent = Tree::Number([0.5, -0.5, 1.5, 2.0, 2.5, 0.3, -1.7][random.below(7)]);
            Tree::Function(Function::Powf, vec![positive(first), exponent])
        }
        4 => Tree::Function(Function::Max, vec![first, tree(depth - 1, symbols, random)]),
        5 => Tree::Function(Function::Min, vec![first, tree(depth - 1, symbols, random)]),
        6 => Tree::Tan(boxed(Tree::Function(Function::Tanh, vec![first]))),
        7 => Tree::Function(Function::Abs, vec![first]),
        other => {
            let functions =
                [Function::Sin, Function::Cos, Function::Exp, Function::Tanh, Function::Sinh, Function::Cosh];
            Tree::Function(functions[(other + random.below(2)) % 6], vec![first])
        }
    }
}

impl Tree {
    /// Evaluates the tree for values of the symbols.
    pub(super) fn evaluate<T: Real>(&self, symbols: &dyn Fn(Symbol) -> T) -> T {
        let value = |tree: &Self| tree.evaluate(symbols);
        match self {
            Self::Number(number) => T::of(*number),
            Self::Symbol(symbol) => symbols(*symbol),
            Self::Neg(a) => value(a).neg(),
            Self::Binary('+', a, b) => value(a).add(value(b)),
            Self::Binary('-', a, b) => value(a).sub(value(b)),
            Self::Binary('*', a, b) => value(a).mul(value(b)),
            Self::Binary(_, a, b) => value(a).div(value(b)),
            Self::Powi(a, exponent) => value(a).powi(*exponent),
            Self::Tan(a) => value(a).sin().div(value(a).cos()),
            Self::Function(function, operands) => {
                let (a, b) = (value(&operands[0]), operands.get(1).map(value));
                let b = b.unwrap_or(T::of(0.0));
                match function {
                    Function::Sin => a.sin(),
                    Function::Cos => a.cos(),
                    Function::Exp => a.exp(),
                    Function::Ln => a.ln(),
                    Function::Sqrt => a.sqrt(),
                    Function::Tanh => a.tanh(),
                    Function::Sinh => a.sinh(),
                    Function::Cosh => a.cosh(),
                    Function::Abs => a.abs(),
                    Function::Max => a.max(b),
                    Function::Min => a.min(b),
                    Function::Powf => a.powf(b),
                    Function::Sign | Function::Select | Function::TanhDerivative => {
                        unreachable!("functions of derivatives")
                    }
                }
            }
        }
    }

    /// Returns the tree as source text. The first output is called `first`.
    pub(super) fn source(&self, first: &str) -> String {
        let mut text = String::new();
        self.write(0, first, &mut text);
        text
    }

    /// Writes the tree, in parentheses if its operator binds less than `strength`.
    fn write(&self, strength: u8, first: &str, text: &mut String) {
        let own = match self {
            Self::Binary('+' | '-', ..) => 1,
            Self::Binary(..) => 2,
            Self::Neg(_) => 3,
            Self::Number(number) if *number < 0.0 => 3,
            _ => 4,
        };
        if own < strength {
            text.push('(');
            self.write(0, first, text);
            return text.push(')');
        }
        match self {
            Self::Number(number) => write!(text, "{number}").unwrap(),
            Self::Symbol(symbol) => text.push_str(&name(*symbol, first)),
            Self::Neg(a) => {
                text.push('-');
                a.write(3, first, text);
            }
            Self::Binary(operator, a, b) => {
                a.write(own, first, text);
                write!(text, " {operator} ").unwrap();
                b.write(own + 1, first, text);
            }
            Self::Powi(a, exponent) => {
                a.write(4, first, text);
                write!(text, ".powi({exponent})").unwrap();
            }
            Self::Tan(a) => write!(text, "tan({})", a.source(first)).unwrap(),
            Self::Function(function, operands) => {
                operands[0].write(4, first, text);
                let rest = operands.get(1).map(|operand| operand.source(first));
                write!(text, ".{}({})", format!("{function:?}").to_lowercase(), rest.unwrap_or_default()).unwrap();
            }
        }
    }
}

/// Returns a symbol as source text.
fn name(symbol: Symbol, first: &str) -> String {
    match symbol {
        Symbol::Input(index) => INPUTS[index].to_owned(),
        Symbol::Parameter(index) => FIELDS[index].to_owned(),
        Symbol::Data(_) => "value".to_owned(),
        Symbol::Constant(_) => unreachable!("no constants"),
        Symbol::Stream(Stream { output, order }) => {
            let output = if output == 0 { first } else { OUTPUTS[output] };
            match order {
                Order::Value => output.to_owned(),
                Order::First(a) => format!("{output}.{}", INPUTS[a]),
                Order::Second(a, b) => format!("{output}.{}{}", INPUTS[a], INPUTS[b]),
            }
        }
    }
}
