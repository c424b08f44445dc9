//! Axes: ranges, ticks and labels.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

/// Axis of a chart: its range, its ticks and their labels.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    log: bool,
    /// Ends of the axis; their logarithms for a logarithmic axis.
    min: f64,
    max: f64,
    /// Values with labels.
    ticks: Vec<f64>,
    /// Values with grid lines only.
    minor_ticks: Vec<f64>,
    notation: Notation,
}

/// Format of tick labels.
#[derive(Clone, Copy, Debug)]
enum Notation {
    /// `0.50`, with a fixed number of decimals.
    Fixed(usize),
    /// `1.5e-5`, with at most this number of decimals.
    Exponential(usize),
    /// `0.01`, with as many decimals as the value has.
    Plain,
}

impl Axis {
    /// Creates an axis that shows all values, with a margin on both sides. `margin` is a fraction of their range.
    pub(super) fn linear(values: impl Iterator<Item = f64>, margin: f64, max_ticks: usize) -> Self {
        Self::with_min_step(values, margin, max_ticks, 0.0)
    }

    /// Creates a linear axis with integer ticks, such as for epochs.
    pub(super) fn integer(values: impl Iterator<Item = f64>, margin: f64, max_ticks: usize) -> Self {
        Self::with_min_step(values, margin, max_ticks, 1.0)
    }

    fn with_min_step(values: impl Iterator<Item = f64>, margin: f64, max_ticks: usize, min_step: f64) -> Self {
        let (min, max) = padded_range(values, margin);
        let step = round_step((max - min) / max_ticks as f64).max(min_step);
        Self {
            log: false,
            min,
            max,
            ticks: multiples(step, min, max),
            minor_ticks: Vec::new(),
            notation: Notation::for_ticks(min.abs().max(max.abs()), step),
        }
    }

    /// Creates a logarithmic axis for positive values.
    pub(super) fn logarithmic(values: impl Iterator<Item = f64>, margin: f64, max_ticks: usize) -> Self {
        let (min, max) = padded_range(values.map(f64::log10), margin);
        let decades = max - min;
        let is_shown = |value: &f64| (min..=max).contains(&value.log10());
        let multiples_of_powers = |factors: &'static [f64]| {
            let exponents = min.floor() as i32..=max.ceil() as i32;
            let values =
                exponents.flat_map(|exponent| factors.iter().map(move |factor| factor * power_of_ten(exponent)));
            values.filter(is_shown).collect::<Vec<_>>()
        };
        let decades_per_tick = (decades / max_ticks as f64).ceil().max(1.0) as i32;
        let mut ticks = multiples_of_powers(&[1.0]);
        ticks.retain(|tick| (tick.log10().round() as i32).rem_euclid(decades_per_tick) == 0);
        // One power of ten is not enough to read the axis.
        if ticks.len() < 2 {
            ticks = multiples_of_powers(&[1.0, 2.0, 5.0]);
        }
        if ticks.len() < 2 {
            let linear = Self::linear([10f64.powf(min), 10f64.powf(max)].into_iter(), 0.0, max_ticks);
            return Self { log: true, min, max, ..linear };
        }
        let minor_ticks =
            if decades <= 8.0 { multiples_of_powers(&[2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]) } else { Vec::new() };
        // All labels of an axis have the same notation.
        let is_short = ticks.iter().all(|tick| (1e-3..1e5).contains(tick));
        let notation = if is_short { Notation::Plain } else { Notation::Exponential(0) };
        Self { log: true, min, max, ticks, minor_ticks, notation }
    }

    /// Returns the position of a value between the ends of the axis, from 0 to 1.
    pub(super) fn position(&self, value: f64) -> f64 {
        let value = if self.log { value.log10() } else { value };
        (value - self.min) / (self.max - self.min)
    }

    /// Returns the value at a position.
    pub(super) fn value(&self, position: f64) -> f64 {
        let value = self.min + position * (self.max - self.min);
        if self.log { 10f64.powf(value) } else { value }
    }

    /// Returns the positions and the labels of the ticks.
    pub(super) fn labeled_ticks(&self) -> impl Iterator<Item = (f64, String)> {
        self.ticks.iter().map(|&tick| self.position(tick)).zip(self.labels())
    }

    /// Returns the labels of the ticks.
    pub(super) fn labels(&self) -> impl Iterator<Item = String> {
        self.ticks.iter().map(|tick| self.format_ext(tick))
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, &value: &f64, (start, end): (i32, i32)) -> i32 {
        start + (self.position(value) * f64::from(end - start)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() { self.minor_ticks.clone() } else { self.ticks.clone() }
    }

    fn range(&self) -> Range<f64> {
        if self.log { 10f64.powf(self.min)..10f64.powf(self.max) } else { self.min..self.max }
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, &value: &f64) -> String {
        with_minus(&match self.notation {
            Notation::Fixed(decimals) => format!("{value:.decimals$}"),
            Notation::Exponential(decimals) => exponential(value, decimals),
            Notation::Plain => format!("{value}"),
        })
    }
}

impl Notation {
    /// Returns a notation with enough digits to distinguish neighboring ticks.
    fn for_ticks(max: f64, step: f64) -> Self {
        let leading = max.log10().floor();
        let trailing = step.log10().floor();
        if max < 1e5 && (step >= 1e-4 || max >= 1e-2) {
            Self::Fixed((-trailing).max(0.0) as usize)
        } else {
            Self::Exponential((leading - trailing).max(0.0) as usize)
        }
    }
}

/// Returns a formatted number with minus signs (U+2212) instead of hyphens.
pub(super) fn with_minus(number: &str) -> String {
    number.replace('-', "−")
}

/// Formats a value as `5e-4`, without trailing zeros; zero as `0`.
fn exponential(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$e}");
    match text.split_once('e') {
        _ if value == 0.0 => "0".into(),
        Some((digits, exponent)) if digits.contains('.') => {
            format!("{}e{exponent}", digits.trim_end_matches('0').trim_end_matches('.'))
        }
        _ => text,
    }
}

fn power_of_ten(exponent: i32) -> f64 {
    // Parsing is exactly rounded; `powi` is off by a bit for negative exponents.
    format!("1e{exponent}").parse().unwrap_or(f64::INFINITY)
}

/// Returns the min and max of all values, with a margin.
fn padded_range(values: impl Iterator<Item = f64>, margin: f64) -> (f64, f64) {
    let (min, max) =
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), value| (value.min(min), value.max(max)));
    // Equal or nearly equal values need a range too.
    let min_range = (min.abs().max(max.abs()) * 1e-9).max(f64::MIN_POSITIVE.sqrt());
    if max - min <= min_range {
        let half_range = if min == 0.0 { 1.0 } else { min.abs() * 0.1 };
        return (min - half_range, max + half_range);
    }
    let margin = (max - min) * margin;
    (min - margin, max + margin)
}

/// Returns the smallest of 1, 2 and 5 times a power of ten that is at least `min`.
fn round_step(min: f64) -> f64 {
    let power = power_of_ten(min.log10().floor() as i32);
    let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= min);
    factor.unwrap_or(10.0) * power
}

/// Returns the multiples of `step` from `min` to `max`.
fn multiples(step: f64, min: f64, max: f64) -> Vec<f64> {
    // Dividing by 5 is exact, multiplying by 0.2 is not: 3 / 5 is the number printed as 0.6.
    let inverse = (1.0 / step).round();
    let first = (min / step).ceil() as i64;
    let last = (max / step).floor() as i64;
    (first..=last).map(|i| if step < 1.0 { i as f64 / inverse } else { i as f64 * step }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<String> {
        axis.labels().collect()
    }

    #[test]
    fn linear_ticks_are_round() {
        let axis = |low, high| Axis::linear([low, high].into_iter(), 0.0, 8);
        assert_eq!(labels(&axis(0.0, std::f64::consts::TAU)), ["0", "1", "2", "3", "4", "5", "6"]);
        assert_eq!(labels(&axis(-1.05, 1.05)), ["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
        assert_eq!(labels(&axis(0.0, 10_000.0)), ["0", "2000", "4000", "6000", "8000", "10000"]);
        assert_eq!(labels(&axis(0.0, 3e-5)), ["0", "5e−6", "1e−5", "1.5e−5", "2e−5", "2.5e−5", "3e−5"]);
        assert_eq!(labels(&axis(7.0, 7.0)), ["6.4", "6.6", "6.8", "7.0", "7.2", "7.4", "7.6"]);
        assert_eq!(labels(&axis(0.0, 2e9)), ["0", "5e8", "1e9", "1.5e9", "2e9"]);
        assert_eq!(labels(&axis(0.0, 2e6)), ["0", "5e5", "1e6", "1.5e6", "2e6"]);
        assert_eq!(labels(&axis(0.5, 0.5 + 3e-9))[1..3], ["0.5000000005", "0.5000000010"]);
    }

    #[test]
    fn integer_ticks_are_integers() {
        let axis = |low, high| Axis::integer([low, high].into_iter(), 0.02, 8);
        assert_eq!(labels(&axis(1.0, 4.0)), ["1", "2", "3", "4"]);
        assert_eq!(labels(&axis(1.0, 1.0)), ["1"]);
        let axis = axis(0.0, 1000.0);
        assert_eq!(axis.labeled_ticks().nth(1).unwrap(), (axis.position(200.0), "200".into()));
        assert!((axis.value(axis.position(123.0)) - 123.0).abs() < 1e-9);
    }

    #[test]
    fn logarithmic_ticks_are_powers_of_ten() {
        let axis = |low, high| Axis::logarithmic([low, high].into_iter(), 0.0, 8);
        assert_eq!(labels(&axis(3e-5, 1.5)), ["1e−4", "1e−3", "1e−2", "1e−1", "1e0"]);
        assert_eq!(labels(&axis(1e-20, 1.0)).len(), 7);
        assert_eq!(labels(&axis(0.15, 0.9)), ["0.2", "0.5"]);
        assert_eq!(labels(&axis(0.002, 20.0)), ["0.01", "0.1", "1", "10"]);
        assert!(labels(&axis(0.30, 0.31)).len() >= 2);
        assert_eq!(axis(0.1, 1.0).minor_ticks.len(), 8);
    }

    #[test]
    fn values_are_mapped_to_positions() {
        let axis = Axis::logarithmic([1e-4, 1.0].into_iter(), 0.0, 8);
        assert!((axis.position(0.01) - 0.5).abs() < 1e-12);
        // Pixels count downward.
        assert_eq!(axis.map(&1e-3, (400, 0)), 300);
        let padded = Axis::linear([0.0, 1.0].into_iter(), 0.5, 8);
        assert_eq!(padded.map(&0.0, (0, 100)), 25);
    }

    #[test]
    fn equal_values_have_a_range() {
        for value in [0.0, 5.0, -1e-30, 1e300] {
            let axis = Axis::linear([value].into_iter(), 0.05, 8);
            assert!((axis.position(value) - 0.5).abs() < 1e-9, "{value}");
        }
    }
}
