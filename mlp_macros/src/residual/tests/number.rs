//! Types of the values of expressions: plain ones, ones with an error bound, and dual numbers of either.

/// A number with elementary functions.
pub(super) trait Real: Copy {
    fn of(value: f64) -> Self;
    /// Returns the value without derivatives and bounds.
    fn value(self) -> f64;
    fn add(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    fn recip(self) -> Self;
    fn sin(self) -> Self;
    fn cos(self) -> Self;
    fn exp(self) -> Self;
    fn ln(self) -> Self;
    fn sqrt(self) -> Self;
    fn tanh(self) -> Self;
    fn sinh(self) -> Self;
    fn cosh(self) -> Self;

    fn neg(self) -> Self {
        self.mul(Self::of(-1.0))
    }
    fn sub(self, other: Self) -> Self {
        self.add(other.neg())
    }
    fn div(self, other: Self) -> Self {
        self.mul(other.recip())
    }
    fn powi(self, exponent: i64) -> Self {
        let base = if exponent < 0 { self.recip() } else { self };
        (0..exponent.abs()).fold(Self::of(1.0), |power, _| power.mul(base))
    }
    fn powf(self, exponent: Self) -> Self {
        exponent.mul(self.ln()).exp()
    }
    fn abs(self) -> Self {
        if self.value() < 0.0 { self.neg() } else { self }
    }
    fn max(self, other: Self) -> Self {
        if self.value() > other.value() { self } else { other }
    }
    fn min(self, other: Self) -> Self {
        if self.value() < other.value() { self } else { other }
    }
}

/// A number with a bound of the rounding errors in its computation, in units of the machine epsilon.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounded {
    value: f64,
    pub(super) error: f64,
}

impl Bounded {
    /// Returns a value whose error is `error`, in addition to its own rounding.
    fn rounded(value: f64, error: f64) -> Self {
        Self { value, error: error + value.abs() }
    }

    fn function(self, value: f64, derivative: f64) -> Self {
        Self::rounded(value, self.error * derivative.abs())
    }
}

impl Real for Bounded {
    fn of(value: f64) -> Self {
        Self { value, error: 0.0 }
    }
    fn value(self) -> f64 {
        self.value
    }
    fn add(self, other: Self) -> Self {
        Self::rounded(self.value + other.value, self.error + other.error)
    }
    fn mul(self, other: Self) -> Self {
        let error = self.error * other.value.abs() + self.value.abs() * other.error;
        Self::rounded(self.value * other.value, error)
    }
    fn recip(self) -> Self {
        self.function(1.0 / self.value, 1.0 / (self.value * self.value))
    }
    fn sin(self) -> Self {
        self.function(self.value.sin(), self.value.cos())
    }
    fn cos(self) -> Self {
        self.function(self.value.cos(), self.value.sin())
    }
    fn exp(self) -> Self {
        self.function(self.value.exp(), self.value.exp())
    }
    fn ln(self) -> Self {
        self.function(self.value.ln(), 1.0 / self.value)
    }
    fn sqrt(self) -> Self {
        self.function(self.value.sqrt(), 0.5 / self.value.sqrt())
    }
    fn tanh(self) -> Self {
        self.function(self.value.tanh(), self.value.cosh().powi(-2))
    }
    fn sinh(self) -> Self {
        self.function(self.value.sinh(), self.value.cosh())
    }
    fn cosh(self) -> Self {
        self.function(self.value.cosh(), self.value.sinh())
    }
}

/// `value + derivative · ε` with `ε² = 0`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dual<T> {
    pub(super) value: T,
    pub(super) derivative: T,
}

impl<T: Real> Dual<T> {
    /// Returns a function of the number, from its value and its derivative.
    fn function(self, value: T, derivative: T) -> Self {
        Self { value, derivative: derivative.mul(self.derivative) }
    }
}

impl<T: Real> Real for Dual<T> {
    fn of(value: f64) -> Self {
        Self { value: T::of(value), derivative: T::of(0.0) }
    }
    fn value(self) -> f64 {
        self.value.value()
    }
    fn add(self, other: Self) -> Self {
        Self { value: self.value.add(other.value), derivative: self.derivative.add(other.derivative) }
    }
    fn mul(self, other: Self) -> Self {
        let derivative = self.derivative.mul(other.value).add(self.value.mul(other.derivative));
        Self { value: self.value.mul(other.value), derivative }
    }
    fn recip(self) -> Self {
        let recip = self.value.recip();
        self.function(recip, recip.mul(recip).neg())
    }
    fn sin(self) -> Self {
        self.function(self.value.sin(), self.value.cos())
    }
    fn cos(self) -> Self {
        self.function(self.value.cos(), self.value.sin().neg())
    }
    fn exp(self) -> Self {
        self.function(self.value.exp(), self.value.exp())
    }
    fn ln(self) -> Self {
        self.function(self.value.ln(), self.value.recip())
    }
    fn sqrt(self) -> Self {
        let root = self.value.sqrt();
        self.function(root, root.recip().mul(T::of(0.5)))
    }
    fn tanh(self) -> Self {
        let cosh = self.value.cosh();
        self.function(self.value.tanh(), cosh.mul(cosh).recip())
    }
    fn sinh(self) -> Self {
        self.function(self.value.sinh(), self.value.cosh())
    }
    fn cosh(self) -> Self {
        self.function(self.value.cosh(), self.value.sinh())
    }
}
