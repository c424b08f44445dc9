//! Expressions as instructions on registers.
//!
//! - Each value is computed once.
//! - A value that contains only numbers, fields and constants is the same at all points. It is computed as one `f64`, and
//!   copied to a register where it meets other values: in `nu * rho * u`, `nu * rho` is a number.
//! - A sum begins with a term without a minus sign, if it has one. `code` adds products by `mul_add`.

use std::collections::HashMap;

use super::expression::{Expressions, Function, Id, Node, Number, Symbol};

/// A value of the program, by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Value(pub(super) usize);

/// An instruction.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Instruction {
    Number(Number),
    Symbol(Symbol),
    /// Copies a number to all lanes of a register.
    Splat(Value),
    Neg(Value),
    Add(Value, Value),
    Sub(Value, Value),
    Mul(Value, Value),
    Div(Value, Value),
    Function(Function, Vec<Value>),
    Call(usize, Vec<Value>),
}

/// Instructions in an order in which they can be executed.
#[derive(Debug, Default)]
pub(super) struct Program {
    pub(super) instructions: Vec<Instruction>,
    /// True for values that are numbers and not registers.
    pub(super) is_number: Vec<bool>,
    /// Results, which are registers.
    pub(super) results: Vec<Value>,
}

/// Translation of expressions to a program.
struct Builder<'a> {
    expressions: &'a Expressions,
    program: Program,
    values: HashMap<Instruction, Value>,
    known: HashMap<Id, Value>,
    /// Number of products that divide by an expression.
    divisors: HashMap<Id, usize>,
}

impl Program {
    /// Returns the program that computes some expressions.
    pub(super) fn new(expressions: &Expressions, results: &[Id]) -> Self {
        let mut divisors = HashMap::new();
        for id in expressions.reachable(results.iter().copied()) {
            if let Node::Product(factors) = expressions.node(id) {
                for (factor, _) in factors.iter().filter(|(_, exponent)| *exponent < 0) {
                    *divisors.entry(*factor).or_insert(0) += 1;
                }
            }
        }
        let program = Self::default();
        let mut builder = Builder { expressions, program, values: HashMap::new(), known: HashMap::new(), divisors };
        for result in results {
            let value = builder.value(*result);
            let value = builder.register(value);
            builder.program.results.push(value);
        }
        builder.program
    }

    fn operands_are_numbers(&self, instruction: &Instruction) -> bool {
        match instruction {
            Instruction::Symbol(symbol) => matches!(symbol, Symbol::Parameter(_) | Symbol::Constant(_)),
            Instruction::Splat(_) => false,
            other => other.operands().into_iter().all(|operand| self.is_number[operand.0]),
        }
    }
}

impl Instruction {
    pub(super) fn operands(&self) -> Vec<Value> {
        match self {
            Self::Number(_) | Self::Symbol(_) => Vec::new(),
            Self::Splat(a) | Self::Neg(a) => vec![*a],
            Self::Add(a, b) | Self::Sub(a, b) | Self::Mul(a, b) | Self::Div(a, b) => vec![*a, *b],
            Self::Function(_, operands) | Self::Call(_, operands) => operands.clone(),
        }
    }
}

impl Builder<'_> {
    fn push(&mut self, instruction: Instruction) -> Value {
        let Self { program, values, .. } = self;
        *values.entry(instruction).or_insert_with_key(|instruction| {
            program.is_number.push(program.operands_are_numbers(instruction));
            program.instructions.push(instruction.clone());
            Value(program.instructions.len() - 1)
        })
    }

    fn is_number(&self, value: Value) -> bool {
        self.program.is_number[value.0]
    }

    fn number(&mut self, value: f64) -> Value {
        self.push(Instruction::Number(Number::new(value)))
    }

    fn is_one(&self, value: Value) -> bool {
        self.program.instructions[value.0] == Instruction::Number(Number::new(1.0))
    }

    /// Returns the value in a register.
    fn register(&mut self, value: Value) -> Value {
        if self.is_number(value) { self.push(Instruction::Splat(value)) } else { value }
    }

    /// Returns an operation on two values, both of which become registers if one is.
    fn binary(&mut self, instruction: fn(Value, Value) -> Instruction, a: Value, b: Value) -> Value {
        let (a, b) = if self.is_number(a) && self.is_number(b) { (a, b) } else { (self.register(a), self.register(b)) };
        self.push(instruction(a, b))
    }

    fn mul(&mut self, a: Value, b: Value) -> Value {
        if self.is_one(a) {
            b
        } else if self.is_one(b) {
            a
        } else {
            self.binary(Instruction::Mul, a, b)
        }
    }

    fn value(&mut self, id: Id) -> Value {
        if let Some(known) = self.known.get(&id) {
            return *known;
        }
        let value = match self.expressions.node(id).clone() {
            Node::Number(number) => self.push(Instruction::Number(number)),
            Node::Symbol(symbol) => self.push(Instruction::Symbol(symbol)),
            Node::Sum { constant, terms } => self.sum(constant.value(), &terms),
            Node::Product(factors) => {
                let (number, rest) = self.split_product(&factors);
                self.mul(number, rest)
            }
            Node::Function(function, operands) => {
                let operands = self.operands(&operands);
                self.push(Instruction::Function(function, operands))
            }
            Node::Call(function, operands) => {
                let operands = self.operands(&operands);
                self.push(Instruction::Call(function, operands))
            }
        };
        self.known.insert(id, value);
        value
    }

    /// Returns operands, all of which are registers if one is.
    fn operands(&mut self, operands: &[Id]) -> Vec<Value> {
        let values: Vec<Value> = operands.iter().map(|operand| self.value(*operand)).collect();
        if values.iter().all(|value| self.is_number(*value)) {
            return values;
        }
        values.into_iter().map(|value| self.register(value)).collect()
    }

    /// Returns a product as a number and the rest, one of which is 1 if the other is all.
    fn split_product(&mut self, factors: &[(Id, i64)]) -> (Value, Value) {
        let values: Vec<_> =
            factors.iter().map(|(factor, exponent)| (self.value(*factor), *factor, *exponent)).collect();
        let (numbers, registers): (Vec<_>, Vec<_>) = values.into_iter().partition(|(value, ..)| self.is_number(*value));
        (self.product(&numbers), self.product(&registers))
    }

    /// Returns `Π value ^ exponent`.
    fn product(&mut self, factors: &[(Value, Id, i64)]) -> Value {
        let (mut above, mut below) = (self.number(1.0), self.number(1.0));
        for &(value, id, exponent) in factors {
            if exponent > 0 {
                let power = self.power(value, exponent.unsigned_abs());
                above = self.mul(above, power);
            } else if self.divisors.get(&id).is_some_and(|products| *products > 1) {
                let one = self.number(1.0);
                let reciprocal = self.binary(Instruction::Div, one, value);
                let power = self.power(reciprocal, exponent.unsigned_abs());
                above = self.mul(above, power);
            } else {
                let power = self.power(value, exponent.unsigned_abs());
                below = self.mul(below, power);
            }
        }
        if self.is_one(below) { above } else { self.binary(Instruction::Div, above, below) }
    }

    /// Returns `value ^ exponent` by repeated squares.
    fn power(&mut self, value: Value, exponent: u64) -> Value {
        let (mut power, mut square, mut rest) = (self.number(1.0), value, exponent);
        while rest > 0 {
            if rest % 2 == 1 {
                power = self.mul(power, square);
            }
            rest /= 2;
            if rest > 0 {
                square = self.mul(square, square);
            }
        }
        power
    }

    /// Returns `constant + Σ coefficient · term`.
    fn sum(&mut self, constant: f64, terms: &[(Id, Number)]) -> Value {
        let (mut numbers, mut registers) = (Vec::new(), Vec::new());
        for (term, coefficient) in terms {
            let (number, rest) = self.term(*term, coefficient.value());
            if self.is_number(rest) { numbers.push((number, rest)) } else { registers.push((number, rest)) }
        }
        let constant = (constant != 0.0).then(|| self.number(constant));
        let number = self.add_all(constant, &numbers);
        let sum = self.add_all(number, &registers);
        sum.unwrap_or_else(|| self.number(0.0))
    }

    /// Returns a term as a number and the rest, whose product it is.
    fn term(&mut self, term: Id, coefficient: f64) -> (Value, Value) {
        let (number, rest) = match self.expressions.node(term).clone() {
            Node::Product(factors) => self.split_product(&factors),
            _ => (self.number(1.0), self.value(term)),
        };
        if self.is_one(rest) {
            return (self.number(coefficient), number);
        }
        let number = if coefficient == -1.0 && !self.is_one(number) {
            self.push(Instruction::Neg(number))
        } else {
            let coefficient = self.number(coefficient);
            if self.is_one(number) { coefficient } else { self.mul(coefficient, number) }
        };
        (number, rest)
    }

    /// Returns `start + Σ number · rest`.
    fn add_all(&mut self, start: Option<Value>, terms: &[(Value, Value)]) -> Option<Value> {
        let minus_one = self.number(-1.0);
        let mut terms: Vec<_> = terms.to_vec();
        if start.is_none() {
            let first = terms.iter().position(|(number, _)| *number != minus_one).unwrap_or_default();
            if let Some(head) = terms.get_mut(..=first) {
                head.rotate_right(1);
            }
        }
        terms.into_iter().fold(start, |sum, (number, rest)| {
            Some(match sum {
                None if number == minus_one => self.push(Instruction::Neg(rest)),
                None => self.mul(number, rest),
                Some(sum) if number == minus_one => self.binary(Instruction::Sub, sum, rest),
                Some(sum) => {
                    let term = self.mul(number, rest);
                    self.binary(Instruction::Add, sum, term)
                }
            })
        })
    }
}
