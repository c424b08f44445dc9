use core::time::Duration;
use std::io::Write;
use std::sync::LazyLock;
use std::time::Instant;

use super::Verbose;
use super::progress_line::ProgressLine;
use crate::summary::Screen;

/// Minimum interval between screen updates, as in Keras.
const INTERVAL: Duration = Duration::from_millis(50);

/// Maximum length of pending text. Longer text is written at once.
const PENDING_BYTES: usize = 1 << 16;

/// The progress of a training on the screen, in the formats of Keras 3. [`Screen`] has those of Keras 2.
///
/// With [`Verbose::ProgressBar`]:
///
/// ```text
/// Epoch 9998/10000
/// 1/1 ━━━━━━━━━━━━━━━━━━━━ 0s 8ms/step - loss: 6.2260e-06
/// ```
///
/// With [`Verbose::OneLine`]:
///
/// ```text
/// Epoch 1/200
/// 1/1 - 0s - 16ms/step - loss: 0.7335
/// ```
///
/// As in Keras, a single epoch has no heading. On a terminal, the bar is colored.
///
/// Lines are collected and written at most every 50 ms, so that short epochs are not slowed down. Dropping the value writes
/// the rest. If writing fails, for instance because the reader of a pipe has ended, training continues without output. With
/// [`Verbose::Silent`], nothing is written and no clock is read.
///
/// ```
/// # mod mlp { pub mod training { pub use mlp_train::Progress; } pub use mlp_train::Verbose; }
/// use mlp::training::Progress;
/// use mlp::Verbose;
///
/// let mut output = Vec::new();
/// let mut progress = Progress::new(&mut output, Verbose::OneLine, false, 1, 10);
/// progress.begin_epoch(1);
/// progress.end_epoch(&[("loss", 0.5)]);
/// progress.finish();
/// assert!(output.starts_with(b"10/10 - 0s - "));
/// assert!(output.ends_with(b"s/step - loss: 0.5000\n"));
/// ```
#[derive(Debug)]
pub struct Progress<W: Write, C: FnMut() -> Duration = fn() -> Duration> {
    output: W,
    clock: C,
    text: Text,
}

/// The text of a progress, and what it depends on. Not generic, so that programs don't compile it.
#[derive(Debug)]
struct Text {
    verbose: Verbose,
    screen: Screen,
    terminal: bool,
    colored: bool,
    epochs: usize,
    /// Number of steps of an epoch, unless it is unknown, as in the first epoch of a stream.
    steps: Option<usize>,
    /// Number of steps that were made in the epoch.
    done: usize,
    pending: String,
    // Number of characters of the unfinished line on the screen.
    drawn: usize,
    written: Option<Duration>,
    slow: bool,
    began: Duration,
    after_first_step: Option<Duration>,
}

impl<W: Write> Progress<W> {
    /// Creates the progress of `epochs` epochs of `steps` steps each. On a `terminal`, the bar is redrawn at every step.
    ///
    /// `output` need not be buffered. Do not pass a locked standard output: other threads may print too.
    pub fn new(output: W, verbose: Verbose, terminal: bool, epochs: usize, steps: usize) -> Self {
        Self::with_clock(output, verbose, terminal, epochs, steps, time_of_run)
    }
}

impl<W: Write, C: FnMut() -> Duration> Progress<W, C> {
    /// Creates a progress with a custom clock, which returns the time since a fixed moment.
    pub fn with_clock(output: W, verbose: Verbose, terminal: bool, epochs: usize, steps: usize, clock: C) -> Self {
        let verbose = if verbose == Verbose::Auto { Verbose::ProgressBar } else { verbose };
        let text = Text {
            verbose,
            screen: Screen::default(),
            terminal,
            colored: terminal,
            epochs,
            steps: Some(steps),
            done: 0,
            pending: String::new(),
            drawn: 0,
            written: None,
            slow: false,
            began: Duration::ZERO,
            after_first_step: None,
        };
        Self { output, clock, text }
    }

    /// Sets the style. Defaults to that of Keras 3.
    #[must_use]
    pub fn screen(mut self, screen: Screen) -> Self {
        self.text.screen = screen;
        self
    }

    /// Sets whether the bar is colored. Defaults to `true` on a terminal.
    #[must_use]
    pub fn colored(mut self, colored: bool) -> Self {
        self.text.colored = colored;
        self
    }

    /// Sets the number of steps of the next epochs, `None` if it is unknown until the epoch ends.
    pub fn set_steps(&mut self, steps: Option<usize>) {
        self.text.steps = steps;
    }

    /// Begins an epoch, 1-based.
    pub fn begin_epoch(&mut self, epoch: usize) {
        if self.text.verbose != Verbose::Silent {
            let now = (self.clock)();
            self.text.begin_epoch(epoch, now);
            // The heading of a long epoch must not wait for its end.
            if self.text.slow || self.text.is_due(now) {
                self.write_out(now);
            }
        }
    }

    /// Updates the bar after `done` steps of the epoch, with the metrics so far.
    pub fn step(&mut self, done: usize, metrics: &[(impl AsRef<str>, f64)]) {
        self.text.done = done;
        if self.text.verbose != Verbose::ProgressBar || !(self.text.terminal || done == 1) {
            return;
        }
        let now = (self.clock)();
        if self.text.terminal && self.text.is_due(now) {
            let start = self.text.begin_bar(done, now, false);
            self.text.metrics(metrics);
            self.text.end_bar(start, false);
            self.write_out(now);
        }
        if done == 1 {
            self.text.after_first_step = Some(now);
        }
    }

    /// Ends the epoch, with its metrics.
    pub fn end_epoch(&mut self, metrics: &[(impl AsRef<str>, f64)]) {
        if self.text.verbose == Verbose::Silent {
            return;
        }
        let now = (self.clock)();
        let start = self.text.begin_last_line(now);
        self.text.metrics(metrics);
        self.text.end_last_line(start, now);
        if self.text.is_due(now) {
            self.write_out(now);
        }
    }

    /// Prints whole lines at once, after all text before, even with [`Verbose::Silent`].
    pub fn print_lines(&mut self, lines: &str) {
        if lines.is_empty() {
            return;
        }
        self.text.leave_line();
        self.text.pending.push_str(lines);
        let now = (self.clock)();
        self.write_out(now);
    }

    /// Writes the pending text. Dropping does the same.
    pub fn finish(self) {}

    /// Writes the pending text. An unfinished bar stays on the screen.
    pub fn flush(&mut self) {
        if self.text.verbose != Verbose::Silent {
            self.text.leave_line();
            self.write_out(Duration::ZERO);
        }
    }

    fn write_out(&mut self, now: Duration) {
        self.text.write_to(&mut self.output, now);
    }
}

impl Text {
    fn begin_epoch(&mut self, epoch: usize, now: Duration) {
        self.began = now;
        self.after_first_step = None;
        self.done = 0;
        if self.epochs > 1 {
            self.pending.heading(epoch, self.epochs);
        }
    }

    /// Begins the last line of an epoch. Returns the position of its text.
    fn begin_last_line(&mut self, now: Duration) -> usize {
        if self.verbose == Verbose::OneLine {
            self.begin_line(now);
            return 0;
        }
        self.begin_bar(self.steps.unwrap_or(self.done), now, true)
    }

    /// Ends the last line of an epoch, whose text starts at `start`.
    fn end_last_line(&mut self, start: usize, now: Duration) {
        if self.verbose == Verbose::OneLine {
            self.end_line(now)
        } else {
            self.end_bar(start, true)
        }
        self.pending.push('\n');
        self.drawn = 0;
        self.slow = now.saturating_sub(self.began) >= INTERVAL;
    }

    fn metrics(&mut self, metrics: &[(impl AsRef<str>, f64)]) {
        for (name, value) in metrics {
            // As in Keras, which compares without `abs` on a single line: negative values are never in fixed notation there.
            let size = if self.verbose == Verbose::OneLine { *value } else { value.abs() };
            self.pending.metric(name.as_ref(), *value, size > 1e-3);
        }
    }

    /// Ends the line of an unfinished bar, so that the next text starts on a new line.
    fn leave_line(&mut self) {
        if self.drawn > 0 {
            self.pending.push('\n');
            self.drawn = 0;
        }
    }

    /// Draws the bar up to the metrics. Returns the position of its text.
    fn begin_bar(&mut self, done: usize, now: Duration, last: bool) -> usize {
        let escapes = self.terminal && self.colored;
        if self.terminal && self.drawn > 0 {
            self.pending.push_str(if escapes { ERASE_LINE } else { "\r" });
        }
        if escapes && !last {
            self.pending.push_str(NO_WRAP);
        }
        let start = self.pending.len();
        let pace = self.seconds_per_step(done, now);
        let elapsed = now.saturating_sub(self.began);
        // An epoch of unknown length has as many steps as it had when it ends.
        let steps = self.steps.or(last.then_some(done));
        let remaining = steps.filter(|_| !last).map(|steps| pace * steps.saturating_sub(done) as f64);
        match self.screen {
            Screen::Keras3 => {
                self.pending.count_and_line(done, steps, self.colored);
                self.pending.bold_time(elapsed, remaining, self.colored);
                self.pending.pace(pace, "step");
            }
            Screen::Keras2 => {
                self.pending.count(done, steps);
                self.pending.bar(done, steps);
                match remaining {
                    Some(remaining) => self.pending.remaining(remaining),
                    None => {
                        self.pending.seconds(elapsed);
                        self.pending.pace(pace, "step");
                    }
                }
            }
        }
        start
    }

    /// Ends a bar after its metrics. Its text starts at `start`.
    fn end_bar(&mut self, start: usize, last: bool) {
        let escapes = self.terminal && self.colored;
        let width = visible_width(&self.pending[start..]);
        if !escapes {
            // Overwrite the rest of a longer line with spaces.
            self.pending.extend(core::iter::repeat_n(' ', self.drawn.saturating_sub(width)));
        } else if !last {
            self.pending.push_str(WRAP);
        }
        self.drawn = width;
    }

    /// Draws the line of an epoch up to the metrics.
    fn begin_line(&mut self, now: Duration) {
        let elapsed = now.saturating_sub(self.began);
        let steps = self.steps.unwrap_or(self.done);
        self.pending.count(steps, Some(steps));
        self.pending.seconds(elapsed);
        if self.screen == Screen::Keras3 {
            self.pending.push_str(" -");
            self.pending.pace(elapsed.as_secs_f64() / steps.max(1) as f64, "step");
        }
    }

    /// Ends the line of an epoch after its metrics.
    fn end_line(&mut self, now: Duration) {
        if self.screen == Screen::Keras2 {
            let elapsed = now.saturating_sub(self.began).as_secs_f64();
            self.pending.push_str(" -");
            self.pending.pace(elapsed, "epoch");
            self.pending.push_str(" -");
            self.pending.pace(elapsed / self.steps.unwrap_or(self.done).max(1) as f64, "step");
        }
    }

    /// Returns the mean time of a step. The first step often takes longer, so it is left out if there are others.
    fn seconds_per_step(&self, done: usize, now: Duration) -> f64 {
        match self.after_first_step {
            _ if done == 0 => 0.0,
            Some(first) if done > 1 => now.saturating_sub(first).as_secs_f64() / (done - 1) as f64,
            _ => now.saturating_sub(self.began).as_secs_f64() / done as f64,
        }
    }

    fn is_due(&self, now: Duration) -> bool {
        self.pending.len() >= PENDING_BYTES || self.written.is_none_or(|then| now.saturating_sub(then) >= INTERVAL)
    }

    fn write_to(&mut self, output: &mut dyn Write, now: Duration) {
        if self.pending.is_empty() {
            return;
        }
        self.written = Some(now);
        let result = output.write_all(self.pending.as_bytes()).and_then(|()| output.flush());
        self.pending.clear();
        if result.is_err() {
            self.verbose = Verbose::Silent;
        }
    }
}

impl<W: Write, C: FnMut() -> Duration> Drop for Progress<W, C> {
    fn drop(&mut self) {
        self.flush();
    }
}

/// Moves to the beginning of the line, and erases it.
const ERASE_LINE: &str = "\r\x1b[K";
/// Keeps a bar that is wider than the terminal on one line, so that the next one can replace it.
const NO_WRAP: &str = "\x1b[?7l";
/// Ends [`NO_WRAP`].
const WRAP: &str = "\x1b[?7h";

/// Returns the number of characters of a line that take space: those outside of escape sequences, which end with `m`.
fn visible_width(line: &str) -> usize {
    let mut in_sequence = false;
    let is_visible = |character: &char| {
        in_sequence |= *character == '\x1b';
        let visible = !in_sequence;
        in_sequence &= *character != 'm';
        visible
    };
    line.chars().filter(is_visible).count()
}

fn time_of_run() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}
