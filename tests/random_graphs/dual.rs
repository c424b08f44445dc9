//! Dual numbers, also nested: values with their derivatives along directions.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// Numbers with the elementary functions of the interpreter.
pub trait Field:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    /// Returns a constant.
    fn of(value: f64) -> Self;
    /// Returns the value without its derivatives.
    fn real(self) -> f64;
    fn exp(self) -> Self;
    fn ln(self) -> Self;
    fn sqrt(self) -> Self;
    fn sin(self) -> Self;
    fn cos(self) -> Self;
    fn tanh(self) -> Self;
    /// Returns the normal distribution function.
    fn normal(self) -> Self;
}

/// Returns the density of the normal distribution.
pub fn normal_density<S: Field>(x: S) -> S {
    (x * x * S::of(-0.5)).exp() * S::of(0.5 * std::f64::consts::FRAC_2_SQRT_PI * std::f64::consts::FRAC_1_SQRT_2)
}

impl Field for f64 {
    fn of(value: f64) -> Self {
        value
    }
    fn real(self) -> f64 {
        self
    }
    fn exp(self) -> Self {
        self.exp()
    }
    fn ln(self) -> Self {
        self.ln()
    }
    fn sqrt(self) -> Self {
        self.sqrt()
    }
    fn sin(self) -> Self {
        self.sin()
    }
    fn cos(self) -> Self {
        self.cos()
    }
    fn tanh(self) -> Self {
        self.tanh()
    }
    // Φ(x) = ½ + φ(x) Σ x²ⁿ⁺¹ / (1 · 3 · … · (2n + 1)), a series of terms of one sign.
    fn normal(self) -> Self {
        let (mut term, mut sum, mut odd) = (self, 0.0, 1.0);
        while f64::abs(term) > f64::abs(sum) * 1e-18 {
            sum += term;
            odd += 2.0;
            term *= self * self / odd;
        }
        0.5 + normal_density(self) * sum
    }
}

/// `value + ε derivative`, with `ε² = 0`.
#[derive(Clone, Copy, Debug)]
pub struct Dual<S> {
    pub value: S,
    pub derivative: S,
}

impl<S: Field> Dual<S> {
    /// Applies a function, given its value and its derivative.
    fn chain(self, value: S, derivative: S) -> Self {
        Self { value, derivative: self.derivative * derivative }
    }
}

impl<S: Field> Add for Dual<S> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { value: self.value + other.value, derivative: self.derivative + other.derivative }
    }
}

impl<S: Field> Sub for Dual<S> {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl<S: Field> Mul for Dual<S> {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let derivative = self.derivative * other.value + self.value * other.derivative;
        Self { value: self.value * other.value, derivative }
    }
}

impl<S: Field> Div for Dual<S> {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let value = self.value / other.value;
        Self { value, derivative: (self.derivative - value * other.derivative) / other.value }
    }
}

impl<S: Field> Neg for Dual<S> {
    type Output = Self;
    fn neg(self) -> Self {
        Self { value: -self.value, derivative: -self.derivative }
    }
}

impl<S: Field> Field for Dual<S> {
    fn of(value: f64) -> Self {
        Self { value: S::of(value), derivative: S::of(0.0) }
    }
    fn real(self) -> f64 {
        self.value.real()
    }
    fn exp(self) -> Self {
        let exp = self.value.exp();
        self.chain(exp, exp)
    }
    fn ln(self) -> Self {
        self.chain(self.value.ln(), S::of(1.0) / self.value)
    }
    fn sqrt(self) -> Self {
        let root = self.value.sqrt();
        self.chain(root, S::of(0.5) / root)
    }
    fn sin(self) -> Self {
        self.chain(self.value.sin(), self.value.cos())
    }
    fn cos(self) -> Self {
        self.chain(self.value.cos(), -self.value.sin())
    }
    fn tanh(self) -> Self {
        let tanh = self.value.tanh();
        self.chain(tanh, S::of(1.0) - tanh * tanh)
    }
    fn normal(self) -> Self {
        self.chain(self.value.normal(), normal_density(self.value))
    }
}
