use core::time::Duration;
use std::io::Write;
use std::sync::LazyLock;
use std::time::Instant;

use super::Verbose;
use super::progress_line::ProgressLine;

/// At least this long between two looks of the user at the screen. Keras's interval.
const INTERVAL: Duration = Duration::from_millis(50);

/// Text is handed on when it is this long, however fast it comes.
const PENDING_BYTES: usize = 1 << 16;

/// Prints how training goes, in the formats of Keras 2.
///
/// With [`Verbose::ProgressBar`]:
///
/// ```text
/// Epoch 9998/10000
/// 1/1 [==============================] - 0s 8ms/step - loss: 6.2260e-06
/// ```
///
/// With [`Verbose::OneLine`]:
///
/// ```text
/// Epoch 1/200
/// 1/1 - 0s - loss: 0.7335 - 16ms/epoch - 8ms/step
/// ```
///
/// A single epoch has no heading, as in Keras, and neither has an evaluation: that is a `Progress` of one epoch.
///
/// Lines are collected and written at most every 50 ms, so that short epochs are not slowed down. Nothing is lost: the
/// rest is written when the value is dropped. If writing fails, as when the reader of a pipe has gone, no more is
/// printed and training goes on. With [`Verbose::Silent`] nothing is done, and no clock is read.
#[derive(Debug)]
pub struct Progress<W: Write, C: FnMut() -> Duration = fn() -> Duration> {
    output: W,
    clock: C,
    verbose: Verbose,
    terminal: bool,
    epochs: usize,
    steps: usize,
    pending: String,
    // How much of the unfinished line is on the screen.
    drawn: usize,
    written: Option<Duration>,
    slow: bool,
    began: Duration,
    after_first_step: Option<Duration>,
}

impl<W: Write> Progress<W> {
    /// For `epochs` epochs of `steps` steps each. A `terminal` shows the bar growing.
    ///
    /// `output` need not be buffered. Standard output is best not locked: others print, and train, at the same time.
    pub fn new(output: W, verbose: Verbose, terminal: bool, epochs: usize, steps: usize) -> Self {
        Self::with_clock(output, verbose, terminal, epochs, steps, time_of_run)
    }
}

impl<W: Write, C: FnMut() -> Duration> Progress<W, C> {
    /// With another clock than the system's: it tells the time since some moment in the past.
    pub fn with_clock(output: W, verbose: Verbose, terminal: bool, epochs: usize, steps: usize, clock: C) -> Self {
        let verbose = if verbose == Verbose::Auto { Verbose::ProgressBar } else { verbose };
        Self {
            output,
            clock,
            verbose,
            terminal,
            epochs,
            steps,
            pending: String::new(),
            drawn: 0,
            written: None,
            slow: false,
            began: Duration::ZERO,
            after_first_step: None,
        }
    }

    /// An epoch begins. The first one is 1.
    pub fn begin_epoch(&mut self, epoch: usize) {
        if self.verbose == Verbose::Silent {
            return;
        }
        self.began = (self.clock)();
        self.after_first_step = None;
        if self.epochs > 1 {
            self.pending.heading(epoch, self.epochs);
        }
        // Where epochs take long, their headings must not wait for the end.
        if self.slow || self.is_due(self.began) {
            self.write_out(self.began);
        }
    }

    /// So many steps of the epoch are done, and these are the metrics until now.
    pub fn step(&mut self, done: usize, metrics: &[(impl AsRef<str>, f64)]) {
        if self.verbose != Verbose::ProgressBar || !(self.terminal || done == 1) {
            return;
        }
        let now = (self.clock)();
        if self.terminal && self.is_due(now) {
            self.draw_bar(done, now, metrics, false);
            self.write_out(now);
        }
        if done == 1 {
            self.after_first_step = Some(now);
        }
    }

    /// An epoch ends, and these are its metrics.
    pub fn end_epoch(&mut self, metrics: &[(impl AsRef<str>, f64)]) {
        if self.verbose == Verbose::Silent {
            return;
        }
        let now = (self.clock)();
        if self.verbose == Verbose::OneLine {
            self.draw_line(now, metrics);
        } else {
            self.draw_bar(self.steps, now, metrics, true);
        }
        self.pending.push('\n');
        self.drawn = 0;
        self.slow = now.saturating_sub(self.began) >= INTERVAL;
        if self.is_due(now) {
            self.write_out(now);
        }
    }

    /// Prints whole lines of others, after the lines until now and at once, whatever is to be printed of the training.
    pub fn say(&mut self, lines: &str) {
        if lines.is_empty() {
            return;
        }
        self.leave_line();
        self.pending.push_str(lines);
        let now = (self.clock)();
        self.write_out(now);
    }

    /// Writes what is still to be written. Dropping does the same.
    pub fn finish(self) {}

    /// Writes what is still to be written; a bar that is not full is left as it is.
    pub fn flush(&mut self) {
        if self.verbose != Verbose::Silent {
            self.leave_line();
            self.write_out(Duration::ZERO);
        }
    }

    /// An epoch that was given up leaves its bar behind. What comes next begins on a line of its own.
    fn leave_line(&mut self) {
        if self.drawn > 0 {
            self.pending.push('\n');
            self.drawn = 0;
        }
    }

    fn draw_bar(&mut self, done: usize, now: Duration, metrics: &[(impl AsRef<str>, f64)], last: bool) {
        if self.terminal && self.drawn > 0 {
            self.pending.push('\r');
        }
        let start = self.pending.len();
        self.pending.count(done, self.steps);
        self.pending.bar(done, self.steps);
        let pace = self.seconds_per_step(done, now);
        if last {
            self.pending.seconds(now.saturating_sub(self.began));
            self.pending.pace(pace, "step");
        } else {
            self.pending.remaining(pace * self.steps.saturating_sub(done) as f64);
        }
        for (name, value) in metrics {
            let (name, value) = (name.as_ref(), *value);
            self.pending.metric(name, value, value.abs() > 1e-3);
        }
        // Blanks over what a longer line has left on the screen.
        let width = self.pending.len() - start;
        self.pending.extend(core::iter::repeat_n(' ', self.drawn.saturating_sub(width)));
        self.drawn = width;
    }

    fn draw_line(&mut self, now: Duration, metrics: &[(impl AsRef<str>, f64)]) {
        let elapsed = now.saturating_sub(self.began);
        self.pending.count(self.steps, self.steps);
        self.pending.seconds(elapsed);
        for (name, value) in metrics {
            let (name, value) = (name.as_ref(), *value);
            // Keras forgets the sign here, so that negative values are never fixed.
            self.pending.metric(name, value, value > 1e-3);
        }
        let seconds = elapsed.as_secs_f64();
        self.pending.push_str(" -");
        self.pending.pace(seconds, "epoch");
        self.pending.push_str(" -");
        self.pending.pace(seconds / self.steps as f64, "step");
    }

    /// The first step is left out where there are more: it often takes longer than the others.
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

    fn write_out(&mut self, now: Duration) {
        if self.pending.is_empty() {
            return;
        }
        self.written = Some(now);
        let result = self.output.write_all(self.pending.as_bytes()).and_then(|()| self.output.flush());
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

fn time_of_run() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}
