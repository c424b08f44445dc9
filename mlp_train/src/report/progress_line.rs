//! The parts of a progress line, each as `Progbar` of Keras 3 or Keras 2 writes it.

use core::fmt::Write;
use core::time::Duration;

/// Number of characters of a bar of Keras 2 between its brackets.
const WIDTH: usize = 30;
/// Number of characters of a bar of Keras 3.
const LINE_WIDTH: usize = 20;
const BOLD: &str = "\x1b[1m";
const GREEN: &str = "\x1b[32m";
const WHITE: &str = "\x1b[37m";
const RESET: &str = "\x1b[0m";

/// Appends to a `String` that is reused, so that no line allocates.
///
/// Writing to a `String` cannot fail, so the results are dropped.
pub(crate) trait ProgressLine {
    /// Appends the line `Epoch 1/200`.
    fn heading(&mut self, epoch: usize, epochs: usize);
    /// Appends ` 3/10`, as wide for every number of completed steps.
    fn count(&mut self, done: usize, steps: Option<usize>);
    /// Appends ` [=====>....]`, or nothing without a number of steps.
    fn bar(&mut self, done: usize, steps: Option<usize>);
    /// Appends ` 3/10 ━━━━━━━━━━━━━━━━━━━━`, the bar of Keras 3: green up to the completed steps. Without colors, the rest is
    /// a thin line.
    fn count_and_line(&mut self, done: usize, steps: Option<usize>, colored: bool);
    /// Appends ` 2s`, the remaining or the elapsed time of Keras 3.
    fn bold_time(&mut self, elapsed: Duration, remaining: Option<f64>, colored: bool);
    /// Appends ` - 2s`.
    fn seconds(&mut self, elapsed: Duration);
    /// Appends ` - ETA: 1:40`.
    fn remaining(&mut self, seconds: f64);
    /// Appends `1:40`.
    fn clock(&mut self, seconds: f64);
    /// Appends ` 8ms/step`.
    fn pace(&mut self, seconds: f64, unit: &str);
    /// Appends ` - loss: 0.7335`.
    fn metric(&mut self, name: &str, value: f64, fixed: bool);
}

impl ProgressLine for String {
    fn heading(&mut self, epoch: usize, epochs: usize) {
        let _ = writeln!(self, "Epoch {epoch}/{epochs}");
    }

    fn count(&mut self, done: usize, steps: Option<usize>) {
        let Some(steps) = steps else {
            let _ = write!(self, "{done:7}/Unknown");
            return;
        };
        let digits = steps.checked_ilog10().unwrap_or(0) as usize + 1;
        let _ = write!(self, "{done:digits$}/{steps}");
    }

    fn bar(&mut self, done: usize, steps: Option<usize>) {
        let Some(steps) = steps else { return };
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

    fn count_and_line(&mut self, done: usize, steps: Option<usize>, colored: bool) {
        let [bold, green, white, reset] = if colored { [BOLD, GREEN, WHITE, RESET] } else { [""; 4] };
        let Some(known) = steps.filter(|&steps| steps > 0) else { return self.count(done, steps) };
        self.push_str(bold);
        self.count(done, steps);
        let filled = ((LINE_WIDTH as f64 * (done as f64 / known as f64)) as usize).min(LINE_WIDTH);
        let _ = write!(self, "{reset} ");
        if filled > 0 {
            let _ = write!(self, "{green}{:━<filled$}{reset}", "");
        }
        let rest = if colored { "━" } else { "─" }.repeat(LINE_WIDTH - filled);
        let _ = write!(self, "{white}{rest}{reset}");
    }

    fn bold_time(&mut self, elapsed: Duration, remaining: Option<f64>, colored: bool) {
        let [bold, reset] = if colored { [BOLD, RESET] } else { [""; 2] };
        let _ = write!(self, " {bold}");
        match remaining {
            Some(seconds) => self.clock(seconds),
            None => drop(write!(self, "{:.0}s", elapsed.as_secs_f64())),
        }
        self.push_str(reset);
    }

    fn seconds(&mut self, elapsed: Duration) {
        let _ = write!(self, " - {:.0}s", elapsed.as_secs_f64());
    }

    fn remaining(&mut self, seconds: f64) {
        self.push_str(" - ETA: ");
        self.clock(seconds);
    }

    fn clock(&mut self, seconds: f64) {
        let whole = seconds as u64;
        let (minutes, rest) = (whole / 60, whole % 60);
        let _ = if seconds > 3600.0 {
            write!(self, "{}:{:02}:{rest:02}", minutes / 60, minutes % 60)
        } else if seconds > 60.0 {
            write!(self, "{minutes}:{rest:02}")
        } else {
            write!(self, "{whole}s")
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
