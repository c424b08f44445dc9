//! The parts of a progress line, each as `Progbar` of Keras 2 writes it.

use core::fmt::Write;
use core::time::Duration;

/// Number of characters of a bar between its brackets.
const WIDTH: usize = 30;

/// Appends to a `String` that is reused, so that no line allocates.
///
/// Writing to a `String` cannot fail, so the results are dropped.
pub(super) trait ProgressLine {
    /// Appends the line `Epoch 1/200`.
    fn heading(&mut self, epoch: usize, epochs: usize);
    /// Appends ` 3/10`, as wide for every number of completed steps.
    fn count(&mut self, done: usize, steps: usize);
    /// Appends ` [=====>....]`.
    fn bar(&mut self, done: usize, steps: usize);
    /// Appends ` - 2s`.
    fn seconds(&mut self, elapsed: Duration);
    /// Appends ` - ETA: 1:40`.
    fn remaining(&mut self, seconds: f64);
    /// Appends ` 8ms/step`.
    fn pace(&mut self, seconds: f64, unit: &str);
    /// Appends ` - loss: 0.7335`.
    fn metric(&mut self, name: &str, value: f64, fixed: bool);
}

impl ProgressLine for String {
    fn heading(&mut self, epoch: usize, epochs: usize) {
        let _ = writeln!(self, "Epoch {epoch}/{epochs}");
    }

    fn count(&mut self, done: usize, steps: usize) {
        let digits = steps.checked_ilog10().unwrap_or(0) as usize + 1;
        let _ = write!(self, "{done:digits$}/{steps}");
    }

    fn bar(&mut self, done: usize, steps: usize) {
        let filled = (WIDTH as f64 * (done as f64 / steps as f64)) as usize;
        let body = filled.saturating_sub(1);
        let head = if filled == 0 {
            ""
        } else if done < steps {
            ">"
        } else {
            "="
        };
        let _ = write!(self, " [{:=<body$}{head}{:.<empty$}]", "", "", empty = WIDTH.saturating_sub(filled));
    }

    fn seconds(&mut self, elapsed: Duration) {
        let _ = write!(self, " - {:.0}s", elapsed.as_secs_f64());
    }

    fn remaining(&mut self, seconds: f64) {
        let whole = seconds as u64;
        let (minutes, rest) = (whole / 60, whole % 60);
        let _ = if seconds > 3600.0 {
            write!(self, " - ETA: {}:{:02}:{rest:02}", minutes / 60, minutes % 60)
        } else if seconds > 60.0 {
            write!(self, " - ETA: {minutes}:{rest:02}")
        } else {
            write!(self, " - ETA: {whole}s")
        };
    }

    fn pace(&mut self, seconds: f64, unit: &str) {
        let _ = if seconds >= 1.0 || seconds == 0.0 {
            write!(self, " {seconds:.0}s/{unit}")
        } else if seconds >= 1e-3 {
            write!(self, " {:.0}ms/{unit}", seconds * 1e3)
        } else {
            write!(self, " {:.0}us/{unit}", seconds * 1e6)
        };
    }

    fn metric(&mut self, name: &str, value: f64, fixed: bool) {
        let _ = write!(self, " - {name}: ");
        let start = self.len();
        if value.is_nan() {
            self.push_str("nan");
        } else if fixed || value.is_infinite() {
            let _ = write!(self, "{value:.4}");
        } else {
            let _ = write!(self, "{value:.4e}");
            two_digit_exponent(self, start);
        }
    }
}

/// Rewrites Rust's `6.2260e-6` as Python's `6.2260e-06`.
fn two_digit_exponent(line: &mut String, start: usize) {
    let Some(mark) = line[start..].find('e').map(|mark| start + mark) else { return };
    let Ok(exponent) = line[mark + 1..].parse::<i32>() else { return };
    line.truncate(mark);
    let sign = if exponent < 0 { '-' } else { '+' };
    let _ = write!(line, "e{sign}{:02}", exponent.abs());
}
