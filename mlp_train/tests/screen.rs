//! Screen output compared with that of Keras. `goldens/keras_screen.py` records the goldens.

use std::cell::Cell;
use std::io::{self, Write};
use std::time::Duration;

use mlp_train::{Progress, Screen, Verbose};

const EPOCH: [(&str, f64); 1] = [("loss", 0.7335)];

/// Returns the output of a `Progress`. `run` gets a function that sets the clock, in seconds.
fn printed(
    screen: Screen,
    (verbose, terminal): (Verbose, bool),
    (epochs, steps): (usize, usize),
    run: impl FnOnce(&mut Progress<&mut Vec<u8>, &dyn Fn() -> Duration>, &dyn Fn(f64)),
) -> String {
    let mut output = Vec::new();
    let now = Cell::new(Duration::ZERO);
    let clock = || now.get();
    let progress = Progress::with_clock(&mut output, verbose, terminal, epochs, steps, &clock as &dyn Fn() -> _);
    let mut progress = progress.screen(screen).colored(terminal && screen == Screen::Keras3);
    run(&mut progress, &|seconds| now.set(Duration::from_secs_f64(seconds)));
    progress.finish();
    String::from_utf8(output).unwrap()
}

#[test]
fn progress_is_printed_as_by_keras() {
    check_progress(Screen::Keras2, include_str!("goldens/progress.tsv"));
    check_progress(Screen::Keras3, include_str!("goldens/progress_3.tsv"));
}

/// Compares with the lines of Keras. 0 steps are an unknown number; `end7` ends an epoch after 7 steps.
fn check_progress(screen: Screen, cases: &str) {
    assert!(cases.lines().count() > 70);
    for case in cases.lines() {
        let [verbose, steps, updates, metrics, expected] = case.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{case}")
        };
        let metrics: Vec<_> = metrics.split(' ').map(|metric| metric.split_once('=').unwrap()).collect();
        let metrics: Vec<_> = metrics.iter().map(|&(name, value)| (name, value.parse::<f64>().unwrap())).collect();
        let text =
            printed(screen, (verbose.parse().unwrap(), true), (1, steps.parse().unwrap()), |progress, set_time| {
                if steps == "0" {
                    progress.set_steps(None);
                }
                progress.begin_epoch(1);
                for (step, seconds) in updates.split(',').map(|update| update.split_once('@').unwrap()) {
                    set_time(seconds.parse().unwrap());
                    match step {
                        end if end.starts_with("end") => progress.end_epoch(&metrics),
                        done => progress.step(done.parse().unwrap(), &metrics),
                    }
                }
            });
        let last = text.trim_end_matches('\n').rsplit(['\r', '\n']).next().unwrap();
        // Keras does not control the cursor like this.
        let last =
            ["\x1b[K", "\x1b[?7l", "\x1b[?7h"].iter().fold(last.to_string(), |last, code| last.replace(code, ""));
        assert_eq!(last.trim_end(), expected, "{case}");
    }
}

fn two_epochs(progress: &mut Progress<&mut Vec<u8>, &dyn Fn() -> Duration>, set_time: &dyn Fn(f64)) {
    for epoch in 0..2 {
        let start = f64::from(epoch);
        set_time(start);
        progress.begin_epoch(epoch as usize + 1);
        for done in 1..=4 {
            set_time(start + 0.03 * done as f64);
            progress.step(done, &EPOCH);
        }
        progress.end_epoch(&EPOCH);
    }
}

#[test]
fn a_file_receives_finished_lines_only() {
    let bar = "4/4 [==============================] - 0s 30ms/step - loss: 0.7335\n";
    let expected = format!("Epoch 1/2\n{bar}Epoch 2/2\n{bar}");
    assert_eq!(printed(Screen::Keras2, (Verbose::Auto, false), (2, 4), two_epochs), expected);
    let line = "4/4 - 0s - loss: 0.7335 - 120ms/epoch - 30ms/step\n";
    let expected = format!("Epoch 1/2\n{line}Epoch 2/2\n{line}");
    assert_eq!(printed(Screen::Keras2, (Verbose::OneLine, false), (2, 4), two_epochs), expected);
    assert_eq!(printed(Screen::Keras2, (Verbose::Silent, true), (2, 4), two_epochs), "");
    let bar = "4/4 ━━━━━━━━━━━━━━━━━━━━ 0s 30ms/step - loss: 0.7335\n";
    let expected = format!("Epoch 1/2\n{bar}Epoch 2/2\n{bar}");
    assert_eq!(printed(Screen::Keras3, (Verbose::Auto, false), (2, 4), two_epochs), expected);
    let line = "4/4 - 0s - 30ms/step - loss: 0.7335\n";
    let expected = format!("Epoch 1/2\n{line}Epoch 2/2\n{line}");
    assert_eq!(printed(Screen::Keras3, (Verbose::OneLine, false), (2, 4), two_epochs), expected);
}

#[test]
fn a_terminal_is_redrawn_at_most_every_50_ms() {
    let text = printed(Screen::Keras2, (Verbose::ProgressBar, true), (2, 4), two_epochs);
    let first = text.split("Epoch 2/2\n").next().unwrap();
    let drawings: Vec<_> = first.strip_prefix("Epoch 1/2\n").unwrap().split('\r').collect();
    // After 60 ms, after 120 ms, and the finished line over them.
    assert_eq!(drawings.len(), 3, "{text:?}");
    assert_eq!(drawings[0], "2/4 [==============>...............] - ETA: 0s - loss: 0.7335");
    assert_eq!(drawings[2], "4/4 [==============================] - 0s 30ms/step - loss: 0.7335\n");
}

#[test]
fn a_shorter_line_erases_a_longer_one() {
    let text = printed(Screen::Keras2, (Verbose::ProgressBar, true), (1, 2), |progress, set_time| {
        set_time(4000.0);
        progress.step(1, &[("loss", 1e9)]);
        progress.end_epoch(&EPOCH);
    });
    let (long, short) = text.trim_end_matches('\n').split_once('\r').unwrap();
    assert_eq!(long.len(), short.len());
    assert!(short.ends_with("0.7335        "));
}

#[test]
fn a_bar_wider_than_the_terminal_stays_on_its_line() {
    let text = printed(Screen::Keras3, (Verbose::ProgressBar, true), (2, 4), two_epochs);
    let first = text.split("Epoch 2/2\n").next().unwrap();
    let drawings: Vec<_> = first.strip_prefix("Epoch 1/2\n").unwrap().split('\r').collect();
    let [bars @ .., finished] = drawings.as_slice() else { panic!("{text:?}") };
    assert!(!bars.is_empty());
    for bar in bars {
        assert!(bar.trim_start_matches("\x1b[K").starts_with("\x1b[?7l") && bar.ends_with("\x1b[?7h"), "{bar:?}");
    }
    // The finished line has all metrics, and may wrap.
    assert!(finished.starts_with("\x1b[K") && !finished.contains("\x1b[?7l"), "{finished:?}");
}

#[test]
fn an_interrupted_epoch_ends_its_line() {
    let text = printed(Screen::Keras2, (Verbose::ProgressBar, true), (1, 10), |progress, _| progress.step(3, &EPOCH));
    assert!(text.ends_with("loss: 0.7335\n"), "{text:?}");
}

/// Writer that counts its calls, and fails from call number `broken_from`.
struct Pipe<'a> {
    calls: &'a Cell<usize>,
    broken_from: usize,
}

impl Write for Pipe<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.calls.set(self.calls.get() + 1);
        if self.calls.get() >= self.broken_from { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns the numbers of writes and of clock readings for 10,000 epochs of 20 µs.
fn costs(verbose: Verbose, broken_from: usize) -> (usize, usize) {
    let calls = Cell::new(0);
    let readings = Cell::new(0);
    let clock = || {
        readings.set(readings.get() + 1);
        Duration::from_micros(10) * readings.get() as u32
    };
    let output = Pipe { calls: &calls, broken_from };
    let mut progress = Progress::with_clock(output, verbose, false, 10_000, 1, clock);
    for epoch in 1..=10_000 {
        progress.begin_epoch(epoch);
        progress.end_epoch(&EPOCH);
    }
    progress.finish();
    (calls.get(), readings.get())
}

#[test]
fn printing_is_cheap() {
    let (writes, readings) = costs(Verbose::OneLine, usize::MAX);
    assert!((4..20).contains(&writes), "{writes} writes in 0.2 s");
    assert_eq!(readings, 20_000);
    assert_eq!(costs(Verbose::Silent, usize::MAX), (0, 0));
}

#[test]
fn a_broken_pipe_ends_printing_but_not_training() {
    let (writes, readings) = costs(Verbose::ProgressBar, 3);
    assert_eq!(writes, 3);
    assert!(readings < 20_000);
}

#[test]
fn the_heading_of_a_long_epoch_is_shown_immediately() {
    let output = Cell::new(0);
    let now = Cell::new(Duration::ZERO);
    let pipe = Pipe { calls: &output, broken_from: usize::MAX };
    let mut progress = Progress::with_clock(pipe, Verbose::OneLine, false, 2, 1, || now.get());
    progress.begin_epoch(1);
    now.set(Duration::from_secs(10));
    progress.end_epoch(&EPOCH);
    let before = output.get();
    progress.begin_epoch(2);
    assert_eq!(output.get(), before + 1);
}
