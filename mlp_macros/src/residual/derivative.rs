//! Derivatives of expressions.

use std::collections::HashMap;

use super::expression::{Expressions, Function, Id, Node, Symbol};

/// The variable of a derivative.
#[derive(Clone, Copy, Debug)]
pub(super) enum Variable {
    /// A symbol, while all others stay as they are.
    Symbol(Symbol),
    /// An input, on which the outputs and their derivatives depend too.
    Input(usize),
}

/// A derivative that does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unknown {
    /// The streams end at the second order.
    Order,
    /// Derivative of a column of data.
    Data(usize),
    /// Derivative of a user's function.
    Call(usize),
}

/// Pass over the nodes of an expression.
struct Pass<'a> {
    expressions: &'a mut Expressions,
    variable: Variable,
    known: HashMap<Id, Id>,
}

impl Expressions {
    /// Returns the derivative of an expression by an input, by the chain rule through the outputs of the network.
    pub(super) fn total_derivative(&mut self, id: Id, input: usize) -> Result<Id, Unknown> {
        Pass { expressions: self, variable: Variable::Input(input), known: HashMap::new() }.derivative(id)
    }

    /// Returns the derivative of an expression by a symbol.
    ///
    /// A call of a user's function must not contain the symbol; its derivative counts as zero.
    pub(super) fn partial_derivative(&mut self, id: Id, symbol: Symbol) -> Id {
        let pass = Pass { expressions: self, variable: Variable::Symbol(symbol), known: HashMap::new() };
        let derivative = { pass }.derivative(id);
        derivative.unwrap_or_else(|_| self.zero())
    }
}

impl Pass<'_> {
    fn derivative(&mut self, id: Id) -> Result<Id, Unknown> {
        if let Some(known) = self.known.get(&id) {
            return Ok(*known);
        }
        let derivative = match self.expressions.node(id).clone() {
            Node::Number(_) => self.expressions.zero(),
            Node::Symbol(symbol) => self.symbol(symbol)?,
            Node::Sum { terms, .. } => {
                let terms = terms.into_iter().map(|(term, factor)| Ok((self.derivative(term)?, factor.value())));
                let terms: Vec<_> = terms.collect::<Result<_, _>>()?;
                self.expressions.sum(terms)
            }
            Node::Product(factors) => self.product(id, &factors)?,
            Node::Function(function, operands) => self.function(id, function, &operands)?,
            Node::Call(function, operands) => self.call(function, &operands)?,
        };
        self.known.insert(id, derivative);
        Ok(derivative)
    }

    fn symbol(&mut self, symbol: Symbol) -> Result<Id, Unknown> {
        let is_variable = match self.variable {
            Variable::Symbol(variable) => symbol == variable,
            Variable::Input(input) => match symbol {
                Symbol::Input(other) => other == input,
                Symbol::Data(column) => return Err(Unknown::Data(column)),
                Symbol::Parameter(_) | Symbol::Constant(_) => false,
                Symbol::Stream(stream) => {
                    let order = stream.order.by(input).ok_or(Unknown::Order)?;
                    let derivative = Symbol::Stream(super::expression::Stream { order, ..stream });
                    return Ok(self.expressions.symbol(derivative));
                }
            },
        };
        Ok(self.expressions.number(f64::from(u8::from(is_variable))))
    }

    /// `(Π fₖ^nₖ)' = Σ nₖ fₖ' · Π / fₖ`
    fn product(&mut self, id: Id, factors: &[(Id, i64)]) -> Result<Id, Unknown> {
        let mut terms = Vec::new();
        for &(factor, exponent) in factors {
            let derivative = self.derivative(factor)?;
            if !self.expressions.is_zero(derivative) {
                let rest = self.expressions.div(id, factor);
                terms.push((self.expressions.mul(derivative, rest), exponent as f64));
            }
        }
        Ok(self.expressions.sum(terms))
    }

    fn function(&mut self, id: Id, function: Function, operands: &[Id]) -> Result<Id, Unknown> {
        let derivatives = operands.iter().map(|operand| self.derivative(*operand));
        let derivatives: Vec<Id> = derivatives.collect::<Result<_, _>>()?;
        let e = &mut *self.expressions;
        let chosen = match (function, operands) {
            (Function::Max, &[a, b]) => Some((e.sub(a, b), [derivatives[0], derivatives[1]])),
            (Function::Min, &[a, b]) => Some((e.sub(b, a), [derivatives[0], derivatives[1]])),
            (Function::Select, &[condition, ..]) => Some((condition, [derivatives[1], derivatives[2]])),
            _ => None,
        };
        if let Some((condition, [yes, no])) = chosen {
            return Ok(e.function(Function::Select, vec![condition, yes, no]));
        }
        let mut terms = Vec::new();
        for (index, derivative) in derivatives.into_iter().enumerate() {
            if !e.is_zero(derivative) {
                let partial = e.partial(id, function, operands, index);
                terms.push((e.mul(partial, derivative), 1.0));
            }
        }
        Ok(e.sum(terms))
    }

    fn call(&mut self, function: usize, operands: &[Id]) -> Result<Id, Unknown> {
        for operand in operands {
            let derivative = self.derivative(*operand)?;
            if !self.expressions.is_zero(derivative) {
                return Err(Unknown::Call(function));
            }
        }
        Ok(self.expressions.zero())
    }
}

impl Expressions {
    /// Returns the derivative of `value = function(operands)` by the operand at an index.
    fn partial(&mut self, value: Id, function: Function, operands: &[Id], index: usize) -> Id {
        let x = operands[0];
        match function {
            Function::Sin => self.function(Function::Cos, vec![x]),
            Function::Cos => {
                let sine = self.function(Function::Sin, vec![x]);
                self.neg(sine)
            }
            Function::Exp => value,
            Function::Ln => self.pow(x, -1),
            Function::Sqrt => {
                let inverse = self.pow(value, -1);
                self.scale(inverse, 0.5)
            }
            Function::Tanh => self.function(Function::TanhDerivative, vec![x]),
            Function::TanhDerivative => {
                let tanh = self.function(Function::Tanh, vec![x]);
                let product = self.mul(tanh, value);
                self.scale(product, -2.0)
            }
            Function::Sinh => self.function(Function::Cosh, vec![x]),
            Function::Cosh => self.function(Function::Sinh, vec![x]),
            Function::Abs => self.function(Function::Sign, vec![x]),
            Function::Powf if index == 0 => {
                let (exponent, one) = (operands[1], self.number(1.0));
                let less = self.sub(exponent, one);
                let power = self.function(Function::Powf, vec![x, less]);
                self.mul(exponent, power)
            }
            Function::Powf => {
                let logarithm = self.function(Function::Ln, vec![x]);
                self.mul(logarithm, value)
            }
            Function::Sign | Function::Max | Function::Min | Function::Select => self.zero(),
        }
    }
}
