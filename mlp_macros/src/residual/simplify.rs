//! Constructors of expressions, which simplify them.
//!
//! Constants are folded, unless the result is NaN or infinite. Equal terms and equal factors are collected.

use std::collections::{BTreeMap, HashMap};

use super::expression::{Expressions, Function, Id, Node, Number, Symbol};

/// Largest integer `n` for which `x.powf(n / 2)` is a power of `x.sqrt()`.
const MAX_HALVES: f64 = 64.0;

impl Expressions {
    pub(super) fn number(&mut self, value: f64) -> Id {
        self.intern(Node::Number(Number::new(value)))
    }

    pub(super) fn zero(&mut self) -> Id {
        self.number(0.0)
    }

    pub(super) fn symbol(&mut self, symbol: Symbol) -> Id {
        self.intern(Node::Symbol(symbol))
    }

    /// Returns `Σ coefficient · operand`.
    pub(super) fn sum(&mut self, operands: impl IntoIterator<Item = (Id, f64)>) -> Id {
        let mut constant = 0.0;
        let mut terms: BTreeMap<Id, f64> = BTreeMap::new();
        for (operand, factor) in operands {
            match self.node(operand) {
                Node::Number(number) => constant += factor * number.value(),
                Node::Sum { constant: inner, terms: inner_terms } => {
                    constant += factor * inner.value();
                    for (term, coefficient) in inner_terms {
                        *terms.entry(*term).or_default() += factor * coefficient.value();
                    }
                }
                _ => *terms.entry(operand).or_default() += factor,
            }
        }
        terms.retain(|_, coefficient| *coefficient != 0.0);
        let terms: Vec<_> = terms.into_iter().map(|(term, coefficient)| (term, Number::new(coefficient))).collect();
        match terms[..] {
            [] => self.number(constant),
            [(term, coefficient)] if constant == 0.0 && coefficient.value() == 1.0 => term,
            _ => self.intern(Node::Sum { constant: Number::new(constant), terms }),
        }
    }

    pub(super) fn add(&mut self, a: Id, b: Id) -> Id {
        self.sum([(a, 1.0), (b, 1.0)])
    }

    pub(super) fn sub(&mut self, a: Id, b: Id) -> Id {
        self.sum([(a, 1.0), (b, -1.0)])
    }

    /// Returns `factor · a`.
    pub(super) fn scale(&mut self, a: Id, factor: f64) -> Id {
        self.sum([(a, factor)])
    }

    pub(super) fn neg(&mut self, a: Id) -> Id {
        self.scale(a, -1.0)
    }

    /// Splits a term `coefficient · rest`. Any other expression has the coefficient 1.
    fn split(&self, id: Id) -> (f64, Id) {
        match self.node(id) {
            Node::Sum { constant, terms } if *constant == Number::ZERO && terms.len() == 1 => {
                (terms[0].1.value(), terms[0].0)
            }
            _ => (1.0, id),
        }
    }

    /// Returns the factors of an expression other than a number.
    fn factors(&self, id: Id) -> Vec<(Id, i64)> {
        match self.node(id) {
            Node::Product(factors) => factors.clone(),
            _ => vec![(id, 1)],
        }
    }

    /// Returns `Π factor ^ exponent` over factors other than products and numbers.
    fn product(&mut self, factors: impl IntoIterator<Item = (Id, i64)>) -> Id {
        let mut exponents: BTreeMap<Id, i64> = BTreeMap::new();
        for (factor, exponent) in factors {
            let sum = exponents.entry(factor).or_default();
            *sum = sum.saturating_add(exponent);
        }
        exponents.retain(|_, exponent| *exponent != 0);
        let factors: Vec<_> = exponents.into_iter().collect();
        match factors[..] {
            [] => self.number(1.0),
            [(factor, 1)] => factor,
            _ => self.intern(Node::Product(factors)),
        }
    }

    pub(super) fn mul(&mut self, a: Id, b: Id) -> Id {
        match (self.as_number(a), self.as_number(b)) {
            (Some(factor), _) => return self.scale(b, factor),
            (_, Some(factor)) => return self.scale(a, factor),
            _ => {}
        }
        let ((factor_a, a), (factor_b, b)) = (self.split(a), self.split(b));
        let factors = [self.factors(a), self.factors(b)].concat();
        let product = self.product(factors);
        self.scale(product, factor_a * factor_b)
    }

    pub(super) fn div(&mut self, a: Id, b: Id) -> Id {
        let b = self.pow(b, -1);
        self.mul(a, b)
    }

    /// Returns `base ^ exponent`.
    pub(super) fn pow(&mut self, base: Id, exponent: i64) -> Id {
        let power = |value: f64| i32::try_from(exponent).map_or(f64::NAN, |exponent| value.powi(exponent));
        if exponent == 0 {
            return self.number(1.0);
        }
        if let Some(value) = self.as_number(base).map(power).filter(|value| value.is_finite()) {
            return self.number(value);
        }
        let (factor, rest) = self.split(base);
        let factor = power(factor);
        let (factor, rest) = if factor.is_normal() { (factor, rest) } else { (1.0, base) };
        let factors = self.factors(rest);
        let factors = factors.into_iter().map(|(factor, inner)| (factor, inner.saturating_mul(exponent)));
        let product = self.product(factors);
        self.scale(product, factor)
    }

    /// Returns the value of a function.
    pub(super) fn function(&mut self, function: Function, operands: Vec<Id>) -> Id {
        let numbers: Option<Vec<f64>> = operands.iter().map(|operand| self.as_number(*operand)).collect();
        if let Some(value) = numbers.map(|numbers| function.value(&numbers)).filter(|value| value.is_finite()) {
            return self.number(value);
        }
        match (function, &operands[..]) {
            (Function::Powf, &[base, exponent]) => {
                let exponent = self.as_number(exponent);
                exponent.and_then(|exponent| self.power(base, exponent))
            }
            (Function::Max | Function::Min, &[a, b]) if a == b => Some(a),
            (Function::Select, &[_, yes, no]) if yes == no => Some(yes),
            (Function::Select, &[condition, yes, no]) => {
                self.as_number(condition).map(|condition| if condition > 0.0 { yes } else { no })
            }
            _ => None,
        }
        .unwrap_or_else(|| self.intern(Node::Function(function, operands)))
    }

    /// Returns `base.powf(exponent)` as a power of `base` or of its square root, if the exponent is a multiple of ½.
    fn power(&mut self, base: Id, exponent: f64) -> Option<Id> {
        let halves = exponent * 2.0;
        if halves.fract() != 0.0 || halves.abs() > MAX_HALVES {
            return None;
        }
        if exponent.fract() == 0.0 {
            return Some(self.pow(base, exponent as i64));
        }
        let root = self.function(Function::Sqrt, vec![base]);
        Some(self.pow(root, halves as i64))
    }

    /// Returns the call of a user's function.
    pub(super) fn call(&mut self, function: usize, operands: Vec<Id>) -> Id {
        self.intern(Node::Call(function, operands))
    }

    /// Returns an expression with some symbols replaced.
    pub(super) fn substitute(&mut self, id: Id, replaced: &HashMap<Symbol, Id>) -> Id {
        match self.node(id).clone() {
            Node::Number(_) => id,
            Node::Symbol(symbol) => replaced.get(&symbol).copied().unwrap_or(id),
            Node::Sum { constant, terms } => {
                let constant = self.number(constant.value());
                let terms = terms.iter().map(|(term, coefficient)| (*term, coefficient.value()));
                let terms: Vec<_> = terms.map(|(term, factor)| (self.substitute(term, replaced), factor)).collect();
                self.sum(terms.into_iter().chain([(constant, 1.0)]))
            }
            Node::Product(factors) => {
                let one = self.number(1.0);
                factors.into_iter().fold(one, |product, (factor, exponent)| {
                    let factor = self.substitute(factor, replaced);
                    let power = self.pow(factor, exponent);
                    self.mul(product, power)
                })
            }
            Node::Function(function, operands) => {
                let operands = operands.into_iter().map(|operand| self.substitute(operand, replaced)).collect();
                self.function(function, operands)
            }
            Node::Call(function, operands) => {
                let operands = operands.into_iter().map(|operand| self.substitute(operand, replaced)).collect();
                self.call(function, operands)
            }
        }
    }
}

impl Function {
    /// Returns the value for numbers.
    pub(super) fn value(self, operands: &[f64]) -> f64 {
        match (self, operands) {
            (Self::Sin, &[x]) => x.sin(),
            (Self::Cos, &[x]) => x.cos(),
            (Self::Exp, &[x]) => x.exp(),
            (Self::Ln, &[x]) => x.ln(),
            (Self::Sqrt, &[x]) => x.sqrt(),
            (Self::Tanh, &[x]) => x.tanh(),
            (Self::TanhDerivative, &[x]) => x.cosh().powi(-2),
            (Self::Sinh, &[x]) => x.sinh(),
            (Self::Cosh, &[x]) => x.cosh(),
            (Self::Abs, &[x]) => x.abs(),
            (Self::Sign, &[x]) => f64::from(i8::from(x > 0.0) - i8::from(x < 0.0)),
            (Self::Max, &[a, b]) => a.max(b),
            (Self::Min, &[a, b]) => a.min(b),
            (Self::Powf, &[base, exponent]) => base.powf(exponent),
            (Self::Select, &[condition, yes, no]) => {
                if condition > 0.0 {
                    yes
                } else {
                    no
                }
            }
            _ => f64::NAN,
        }
    }
}
