use mlp_core::Rng;

use super::error::SearchError;
use super::trial::Trial;
use crate::seeds::mix;

/// Values of a parameter of a [`Search`](super::Search). Arrays and vectors of numbers convert to a choice.
///
/// ```
/// # mod mlp { pub use mlp_train::Values; }
/// use mlp::Values;
///
/// let rates = Values::log_uniform(1e-4, 1e-1);
/// let widths: Values = [8, 16, 32].into();
/// # let _ = (rates, widths);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Values(pub(super) Kind);

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Choice(Vec<f64>),
    Uniform(f64, f64),
    LogUniform(f64, f64),
}

impl Values {
    /// Creates the range from `low` to `high`, in which every value is as likely.
    pub fn uniform(low: f64, high: f64) -> Self {
        Self(Kind::Uniform(low, high))
    }

    /// Creates the range from `low` to `high`, in which every order of magnitude is as likely: the range of a learning rate or of a
    /// penalty.
    pub fn log_uniform(low: f64, high: f64) -> Self {
        Self(Kind::LogUniform(low, high))
    }

    /// Creates a choice of some values.
    pub fn choice(values: impl IntoIterator<Item = f64>) -> Self {
        Self(Kind::Choice(values.into_iter().collect()))
    }

    /// Returns whether the values are spread over orders of magnitude.
    pub fn is_logarithmic(&self) -> bool {
        matches!(self.0, Kind::LogUniform(..))
    }

    /// Describes valid values, if these are not.
    fn problem(&self) -> Option<&'static str> {
        match &self.0 {
            Kind::Choice(values) if values.is_empty() || !values.iter().all(|value| value.is_finite()) => {
                Some("at least one value, and finite numbers")
            }
            Kind::Uniform(low, high) if !(low < high && low.is_finite() && high.is_finite()) => {
                Some("finite limits, the lower one first")
            }
            Kind::LogUniform(low, high) if !(*low > 0.0 && low < high && high.is_finite()) => {
                Some("finite limits above 0, the lower one first")
            }
            _ => None,
        }
    }

    fn draw(&self, random: &mut Rng) -> f64 {
        match &self.0 {
            Kind::Choice(values) => values[random.below(values.len())],
            _ => self.at(random.uniform()),
        }
    }

    /// Returns the value at a fraction of a range.
    fn at(&self, fraction: f64) -> f64 {
        match self.0 {
            Kind::Uniform(low, high) => low + (high - low) * fraction,
            Kind::LogUniform(low, high) => (low.ln() + (high.ln() - low.ln()) * fraction).exp().clamp(low, high),
            Kind::Choice(_) => f64::NAN,
        }
    }

    /// Returns the values of a grid with a number of points.
    fn points(&self, points: usize) -> Vec<f64> {
        match &self.0 {
            Kind::Choice(values) => values.clone(),
            _ if points == 1 => vec![self.at(0.5)],
            _ => (0..points).map(|point| self.at(point as f64 / (points - 1) as f64)).collect(),
        }
    }
}

macro_rules! choices {
    ($($number:ty)*) => {$(
        impl<const N: usize> From<[$number; N]> for Values {
            fn from(values: [$number; N]) -> Self {
                Self::choice(values.map(|value| value as f64))
            }
        }
        impl From<Vec<$number>> for Values {
            fn from(values: Vec<$number>) -> Self {
                Self::choice(values.into_iter().map(|value| value as f64))
            }
        }
    )*};
}

choices! { f64 f32 i32 u32 usize }

/// Parameters with their values.
#[derive(Clone, Debug, Default)]
pub(super) struct Space {
    pub(super) parameters: Vec<(String, Values)>,
}

impl Space {
    pub(super) fn check(&self) -> Result<(), SearchError> {
        if self.parameters.is_empty() {
            return Err(SearchError::NoParameters);
        }
        for (index, (name, values)) in self.parameters.iter().enumerate() {
            let name = || name.clone();
            if name().is_empty() || name().contains([',', '"', '\n', '\r']) {
                let reason = "is not a name of a column: expected no comma, no quote and no line break";
                return Err(SearchError::Name { name: name(), reason });
            }
            if self.parameters[..index].iter().any(|(other, _)| *other == name()) {
                return Err(SearchError::Name { name: name(), reason: "is used twice" });
            }
            if let Some(expected) = values.problem() {
                return Err(SearchError::Values { name: name(), expected });
            }
        }
        Ok(())
    }

    fn names(&self) -> Vec<String> {
        self.parameters.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Returns trials of random values. Each trial has its own random numbers, so that more trials begin with the same ones.
    pub(super) fn random(&self, trials: usize, seed: u64) -> Vec<Trial> {
        let names: std::sync::Arc<[String]> = self.names().into();
        let trial = |number: usize| {
            let mut random = Rng::new(mix(seed, number as u64));
            let values = self.parameters.iter().map(|(_, values)| values.draw(&mut random)).collect();
            Trial::new(number, names.clone(), values, seed)
        };
        (0..trials).map(trial).collect()
    }

    /// Returns all combinations. The last parameter changes first.
    pub(super) fn grid(&self, points: usize, seed: u64) -> Vec<Trial> {
        let names: std::sync::Arc<[String]> = self.names().into();
        let mut combinations = vec![Vec::new()];
        for (_, values) in &self.parameters {
            let points = values.points(points);
            let extend = |combination: Vec<f64>| {
                points.iter().map(move |&value| [combination.as_slice(), &[value]].concat()).collect::<Vec<_>>()
            };
            combinations = combinations.into_iter().flat_map(extend).collect();
        }
        let trials = combinations.into_iter().enumerate();
        trials.map(|(number, values)| Trial::new(number, names.clone(), values, seed)).collect()
    }
}
