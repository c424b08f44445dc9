//! Types of the values in reference formulas: `f64`, or a truncated Taylor series, which has the derivatives too.

use core::ops::{Add, Div, Mul, Neg, Sub};

use crate::kernels::math::double_double::{DoubleDouble, INVERSE_ROOT_TAU};

/// A number with the functions that the reference formulas need.
pub(super) trait Number:
    Copy
    + From<f64>
    + Neg<Output = Self>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
{
    fn is_positive(self) -> bool;
    fn exp(self) -> Self;
    /// Returns `eˣ − 1`.
    fn exp_m1(self) -> Self;
    /// Returns `ln(1 + x)`.
    fn ln_1p(self) -> Self;
    fn sin(self) -> Self;
    /// Returns `Φ(x)`, the normal distribution function.
    fn normal_cdf(self) -> Self;

    fn abs(self) -> Self {
        if self.is_positive() { self } else { -self }
    }
}

impl Number for f64 {
    fn is_positive(self) -> bool {
        self > 0.0
    }
    fn exp(self) -> Self {
        self.exp()
    }
    fn exp_m1(self) -> Self {
        self.exp_m1()
    }
    fn ln_1p(self) -> Self {
        self.ln_1p()
    }
    fn sin(self) -> Self {
        self.sin()
    }
    fn normal_cdf(self) -> Self {
        normal_cdf(self.into()).to_f64()
    }
}

/// Returns `Φ(z)`: near zero from its power series, elsewhere from Laplace's continued fraction.
fn normal_cdf(z: DoubleDouble) -> DoubleDouble {
    let number = DoubleDouble::from;
    let density = (z * z * number(-0.5)).exp() * INVERSE_ROOT_TAU;
    if z.abs().to_f64() < 1.25 {
        let next = |term: &mut _, k| Some(core::mem::replace(term, *term * z * z / number(f64::from(2 * k + 3))));
        let sum = (0..40).scan(z, next).fold(number(0.0), |sum, term| sum + term);
        return number(0.5) + density * sum;
    }
    let tail = density / (1..400).rev().fold(z.abs(), |rest, k| z.abs() + number(f64::from(k)) / rest);
    if z.is_positive() { number(1.0) - tail } else { tail }
}

/// Coefficients of a series: up to one more derivative than activations have, which bounds the error of the last.
type Coefficients = [DoubleDouble; 5];

/// `c₀ + c₁ h + c₂ h² + …`: a function of `h` up to its fourth derivative at 0.
#[derive(Clone, Copy)]
pub(super) struct Jet(Coefficients);

impl Jet {
    /// Returns `z + h`.
    pub(super) fn variable(z: f64) -> Self {
        Self([z, 1.0, 0.0, 0.0, 0.0].map(Into::into))
    }

    /// Returns the function and its derivatives by `h`.
    pub(super) fn derivatives(self) -> [f64; 5] {
        core::array::from_fn(|n| (self.0[n] * [1.0, 1.0, 2.0, 6.0, 24.0][n].into()).to_f64())
    }

    /// Returns the series with the coefficients that a function computes from those before it.
    fn from_fn(mut coefficient: impl FnMut(usize, &Coefficients) -> DoubleDouble) -> Self {
        let mut coefficients = [0.0.into(); 5];
        for k in 0..coefficients.len() {
            coefficients[k] = coefficient(k, &coefficients);
        }
        Self(coefficients)
    }

    /// Returns the series whose value is `value`, and whose derivative is `derivative` times that of `self`.
    fn integral(self, value: DoubleDouble, derivative: impl Fn(&Coefficients) -> Self) -> Self {
        Self::from_fn(|k, known| match k {
            0 => value,
            // k cₖ = Σ j xⱼ d₍ₖ₋ⱼ₎
            _ => {
                let d = derivative(known).0;
                let terms = (1..=k).map(|j| self.0[j] * d[k - j] * (j as f64 / k as f64).into());
                terms.fold(0.0.into(), Add::add)
            }
        })
    }
}

impl From<f64> for Jet {
    fn from(value: f64) -> Self {
        DoubleDouble::from(value).into()
    }
}

impl From<DoubleDouble> for Jet {
    fn from(value: DoubleDouble) -> Self {
        let mut coefficients = [0.0.into(); 5];
        coefficients[0] = value;
        Self(coefficients)
    }
}

impl Neg for Jet {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.map(Neg::neg))
    }
}

impl Add for Jet {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::from_fn(|k, _| self.0[k] + other.0[k])
    }
}

impl Sub for Jet {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Jet {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self::from_fn(|k, _| (0..=k).map(|j| self.0[j] * other.0[k - j]).fold(0.0.into(), Add::add))
    }
}

impl Div for Jet {
    type Output = Self;

    // The quotient q fulfills self = q · other.
    fn div(self, other: Self) -> Self {
        Self::from_fn(|k, q| {
            let rest = (0..k).fold(self.0[k], |rest, j| rest - q[j] * other.0[k - j]);
            rest / other.0[0]
        })
    }
}

impl Number for Jet {
    fn is_positive(self) -> bool {
        self.0[0].is_positive()
    }

    fn exp(self) -> Self {
        self.integral(self.0[0].exp(), |known| Self(*known))
    }

    fn exp_m1(self) -> Self {
        self.exp() - 1.0.into()
    }

    fn ln_1p(self) -> Self {
        let derivative = Self::from(1.0) / (self + 1.0.into());
        // The value is needed to the precision of `f64` only.
        self.integral(self.0[0].to_f64().ln_1p().into(), |_| derivative)
    }

    // sin(x + d) = sin x cos d + cos x sin d
    fn sin(self) -> Self {
        let (sin, cos) = self.0[0].to_f64().sin_cos();
        let d = self - self.0[0].into();
        let square = d * d;
        let cos_d = Self::from(1.0) - square / 2.0.into() + square * square / 24.0.into();
        let sin_d = d - square * d / 6.0.into();
        cos_d * sin.into() + sin_d * cos.into()
    }

    fn normal_cdf(self) -> Self {
        let density = (self * self * (-0.5).into()).exp() * INVERSE_ROOT_TAU.into();
        self.integral(normal_cdf(self.0[0]), |_| density)
    }
}
