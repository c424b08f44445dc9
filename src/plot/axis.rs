use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

/// One direction of a chart: which values it shows, where, and which of them it names.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    log: bool,
    // On the scale that is drawn: logarithms for a logarithmic axis.
    low: f64,
    high: f64,
    ticks: Vec<f64>,
    minor: Vec<f64>,
    notation: Notation,
}

/// How the values of an axis are written.
#[derive(Clone, Copy, Debug)]
enum Notation {
    /// `0.50`, with so many decimals.
    Fixed(usize),
    /// `1.5e-5`, with at most so many decimals.
    Exponential(usize),
    /// `0.01`, or `1e-4` where that would be long.
    Shorter,
}

impl Axis {
    /// Shows all these values, with a margin of this part of their extent on both sides.
    pub(super) fn linear(values: impl Iterator<Item = f64>, margin: f64, most_ticks: usize) -> Self {
        Self::stepping(values, margin, most_ticks, 0.0)
    }

    /// The same, and whole numbers alone are named: there is no epoch 1.5.
    pub(super) fn whole(values: impl Iterator<Item = f64>, margin: f64, most_ticks: usize) -> Self {
        Self::stepping(values, margin, most_ticks, 1.0)
    }

    fn stepping(values: impl Iterator<Item = f64>, margin: f64, most_ticks: usize, least_step: f64) -> Self {
        let (low, high) = extent(values, margin);
        let step = round_step((high - low) / most_ticks as f64).max(least_step);
        let ticks = multiples(step, low, high);
        Self {
            log: false,
            low,
            high,
            ticks,
            minor: Vec::new(),
            notation: Notation::of(low.abs().max(high.abs()), step),
        }
    }

    /// The same for positive values on a logarithmic scale.
    pub(super) fn logarithmic(values: impl Iterator<Item = f64>, margin: f64, most_ticks: usize) -> Self {
        let (low, high) = extent(values.map(f64::log10), margin);
        let decades = high - low;
        let shown = |value: &f64| (low..=high).contains(&value.log10());
        let within = |factors: &'static [f64]| {
            let exponents = low.floor() as i32..=high.ceil() as i32;
            let values =
                exponents.flat_map(|exponent| factors.iter().map(move |factor| factor * power_of_ten(exponent)));
            values.filter(shown).collect::<Vec<_>>()
        };
        let every = (decades / most_ticks as f64).ceil().max(1.0) as i32;
        let mut ticks = within(&[1.0]);
        ticks.retain(|tick| (tick.log10().round() as i32).rem_euclid(every) == 0);
        // Less than two powers of ten name hardly anything.
        if ticks.len() < 2 {
            ticks = within(&[1.0, 2.0, 5.0]);
        }
        if ticks.len() < 2 {
            let linear = Self::linear([10f64.powf(low), 10f64.powf(high)].into_iter(), 0.0, most_ticks);
            return Self { log: true, low, high, ..linear };
        }
        let minor = if decades <= 8.0 { within(&[2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]) } else { Vec::new() };
        Self { log: true, low, high, ticks, minor, notation: Notation::Shorter }
    }

    /// Where a value lies between the ends of the axis, from 0 to 1.
    pub(super) fn position(&self, value: f64) -> f64 {
        let value = if self.log { value.log10() } else { value };
        (value - self.low) / (self.high - self.low)
    }

    /// The value at a position.
    pub(super) fn value(&self, position: f64) -> f64 {
        let value = self.low + position * (self.high - self.low);
        if self.log { 10f64.powf(value) } else { value }
    }

    /// The named values: where they are, and how they are written.
    pub(super) fn named(&self) -> impl Iterator<Item = (f64, String)> {
        self.ticks.iter().map(|&tick| self.position(tick)).zip(self.labels())
    }

    /// The named values, as written.
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
        if hint.weight().allow_light_points() { self.minor.clone() } else { self.ticks.clone() }
    }

    fn range(&self) -> Range<f64> {
        if self.log { 10f64.powf(self.low)..10f64.powf(self.high) } else { self.low..self.high }
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, &value: &f64) -> String {
        match self.notation {
            Notation::Fixed(decimals) => format!("{value:.decimals$}"),
            Notation::Exponential(decimals) => exponential(value, decimals),
            Notation::Shorter if (1e-3..1e4).contains(&value) => format!("{value}"),
            Notation::Shorter => exponential(value, 0),
        }
    }
}

impl Notation {
    /// As many digits as it takes to tell neighbors apart.
    fn of(largest: f64, step: f64) -> Self {
        let (leading, trailing) = (largest.log10().floor(), step.log10().floor());
        if largest < 1e7 && (step >= 1e-4 || largest >= 1e-2) {
            Self::Fixed((-trailing).max(0.0) as usize)
        } else {
            Self::Exponential((leading - trailing).max(0.0) as usize)
        }
    }
}

/// `5e-4`, `0`.
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
    // `powi` is off by a bit for negative exponents; the parser never is.
    format!("1e{exponent}").parse().unwrap_or(f64::INFINITY)
}

fn extent(values: impl Iterator<Item = f64>, margin: f64) -> (f64, f64) {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (v.min(low), v.max(high)));
    // All values alike, or nearly so: the axis needs some room all the same.
    let room = (low.abs().max(high.abs()) * 1e-9).max(f64::MIN_POSITIVE.sqrt());
    if high - low <= room {
        let around = if low == 0.0 { 1.0 } else { low.abs() * 0.1 };
        return (low - around, high + around);
    }
    let margin = (high - low) * margin;
    (low - margin, high + margin)
}

/// The smallest of 1, 2 and 5 times a power of ten that is not below `least`.
fn round_step(least: f64) -> f64 {
    let power = power_of_ten(least.log10().floor() as i32);
    let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= least);
    factor.unwrap_or(10.0) * power
}

fn multiples(step: f64, low: f64, high: f64) -> Vec<f64> {
    // Dividing by 5 is exact where multiplying by 0.2 is not: 3 / 5 is the number written 0.6.
    let (first, last) = ((low / step).ceil() as i64, (high / step).floor() as i64);
    let inverse = (1.0 / step).round();
    (first..=last).map(|i| if step < 1.0 { i as f64 / inverse } else { i as f64 * step }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<String> {
        axis.labels().collect()
    }

    #[test]
    fn round_numbers() {
        let axis = |low, high| Axis::linear([low, high].into_iter(), 0.0, 8);
        assert_eq!(labels(&axis(0.0, std::f64::consts::TAU)), ["0", "1", "2", "3", "4", "5", "6"]);
        assert_eq!(labels(&axis(-1.05, 1.05)), ["-1.0", "-0.5", "0.0", "0.5", "1.0"]);
        assert_eq!(labels(&axis(0.0, 10_000.0)), ["0", "2000", "4000", "6000", "8000", "10000"]);
        assert_eq!(labels(&axis(0.0, 3e-5)), ["0", "5e-6", "1e-5", "1.5e-5", "2e-5", "2.5e-5", "3e-5"]);
        assert_eq!(labels(&axis(7.0, 7.0)), ["6.4", "6.6", "6.8", "7.0", "7.2", "7.4", "7.6"]);
        assert_eq!(labels(&axis(0.0, 2e9)), ["0", "5e8", "1e9", "1.5e9", "2e9"]);
        assert_eq!(labels(&axis(0.5, 0.5 + 3e-9))[1..3], ["0.5000000005", "0.5000000010"]);
    }

    #[test]
    fn whole_numbers() {
        let axis = |low, high| Axis::whole([low, high].into_iter(), 0.02, 8);
        assert_eq!(labels(&axis(1.0, 4.0)), ["1", "2", "3", "4"]);
        assert_eq!(labels(&axis(1.0, 1.0)), ["1"]);
        let axis = axis(0.0, 1000.0);
        assert_eq!(axis.named().nth(1).unwrap(), (axis.position(200.0), "200".into()));
        assert!((axis.value(axis.position(123.0)) - 123.0).abs() < 1e-9);
    }

    #[test]
    fn powers_of_ten() {
        let axis = |low, high| Axis::logarithmic([low, high].into_iter(), 0.0, 8);
        assert_eq!(labels(&axis(3e-5, 1.5)), ["1e-4", "0.001", "0.01", "0.1", "1"]);
        assert_eq!(labels(&axis(1e-20, 1.0)).len(), 7);
        assert_eq!(labels(&axis(0.15, 0.9)), ["0.2", "0.5"]);
        assert!(labels(&axis(0.30, 0.31)).len() >= 2);
        assert_eq!(axis(0.1, 1.0).minor.len(), 8);
    }

    #[test]
    fn places() {
        let axis = Axis::logarithmic([1e-4, 1.0].into_iter(), 0.0, 8);
        assert!((axis.position(0.01) - 0.5).abs() < 1e-12);
        // Upwards, as pixels count downwards.
        assert_eq!(axis.map(&1e-3, (400, 0)), 300);
        let padded = Axis::linear([0.0, 1.0].into_iter(), 0.5, 8);
        assert_eq!(padded.map(&0.0, (0, 100)), 25);
    }

    #[test]
    fn equal_values_have_room() {
        for value in [0.0, 5.0, -1e-30, 1e300] {
            let axis = Axis::linear([value].into_iter(), 0.05, 8);
            assert!((axis.position(value) - 0.5).abs() < 1e-9, "{value}");
        }
    }
}
