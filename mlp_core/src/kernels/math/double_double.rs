//! Numbers of about 31 digits, as the exact sum of two `f64`: the true values in tests.
//!
//! Source: Dekker, "A floating-point technique for extending the available precision", 1971.

use core::ops::{Add, Div, Mul, Neg, Sub};

/// `high + low`, where `low` is at most half an ulp of `high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct DoubleDouble {
    high: f64,
    low: f64,
}

const LN_2: DoubleDouble = DoubleDouble { high: core::f64::consts::LN_2, low: 2.3190468138462996e-17 };
/// `1 / √(2π)`
pub(crate) const INVERSE_ROOT_TAU: DoubleDouble = DoubleDouble { high: 0.3989422804014327, low: -2.49232720227773e-17 };

impl From<f64> for DoubleDouble {
    fn from(high: f64) -> Self {
        Self { high, low: 0.0 }
    }
}

impl DoubleDouble {
    /// Returns the sum of two numbers, the first of which is larger or zero.
    fn of_sum(large: f64, small: f64) -> Self {
        let high = large + small;
        Self { high, low: small - (high - large) }
    }

    pub(crate) fn to_f64(self) -> f64 {
        self.high
    }

    pub(crate) fn is_positive(self) -> bool {
        self.high > 0.0
    }

    pub(crate) fn abs(self) -> Self {
        if self.high < 0.0 { -self } else { self }
    }

    /// Returns `self · 2ⁿ`.
    fn scaled(self, n: i32) -> Self {
        // In two steps, since a factor alone may be out of range.
        let factors = [n / 2, n - n / 2].map(|n| 2.0f64.powi(n));
        let scaled = |part: f64| part * factors[0] * factors[1];
        Self { high: scaled(self.high), low: scaled(self.low) }
    }

    /// Returns `eˣ`, zero or infinite if that is out of range.
    // eˣ = 2ⁿ (e^(r / 512))⁵¹²,  n = round(x / ln 2),  r = x − n ln 2
    pub(crate) fn exp(self) -> Self {
        if self.high.abs() > 750.0 {
            return Self::from(if self.high > 0.0 { f64::INFINITY } else { 0.0 });
        }
        let n = (self.high / core::f64::consts::LN_2).round();
        let r = (self - LN_2 * n.into()).scaled(-9);
        // Horner's rule for the first terms of the series.
        let series = (1..=12).rev().fold(Self::from(1.0), |sum, k| Self::from(1.0) + sum * r / f64::from(k).into());
        (0..9).fold(series, |power, _| power * power).scaled(n as i32)
    }
}

impl Add for DoubleDouble {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let sum = self.high + other.high;
        let part = sum - self.high;
        let error = (self.high - (sum - part)) + (other.high - part);
        Self::of_sum(sum, error + self.low + other.low)
    }
}

impl Neg for DoubleDouble {
    type Output = Self;

    fn neg(self) -> Self {
        Self { high: -self.high, low: -self.low }
    }
}

impl Sub for DoubleDouble {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for DoubleDouble {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let product = self.high * other.high;
        let error = self.high.mul_add(other.high, -product);
        Self::of_sum(product, error + (self.high * other.low + self.low * other.high))
    }
}

impl Div for DoubleDouble {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        let quotient = self.high / other.high;
        let rest = self - other * quotient.into();
        Self::of_sum(quotient, rest.high / other.high)
    }
}

#[test]
fn double_doubles_have_thirty_digits() {
    let close = |found: DoubleDouble, expected: DoubleDouble| {
        let error = ((found - expected) / expected).to_f64().abs();
        assert!(error < 1e-28, "{found:?}, not {expected:?}: {error:e}");
    };
    for x in [-250.0, -3.1, -1e-9, 0.2, 1.7, 30.0, 250.0].map(DoubleDouble::from) {
        close(x.exp() * (-x).exp(), 1.0.into());
        close((x + x).exp(), x.exp() * x.exp());
        close(x / 3.0.into() * 3.0.into(), x);
    }
    // e, rounded to 31 digits.
    close(DoubleDouble::from(1.0).exp(), DoubleDouble { high: core::f64::consts::E, low: 1.4456468917292502e-16 });
    let tau = DoubleDouble { high: core::f64::consts::TAU, low: 2.4492935982947064e-16 };
    close(INVERSE_ROOT_TAU * INVERSE_ROOT_TAU * tau, 1.0.into());
}
