//! Ctrl-C stops training, not the program. A test binary of its own: a process has one handler.

#![cfg(unix)]

use std::process::{self, Command};

use mlp::prelude::*;

#[test]
fn ctrl_c_keeps_the_weights_and_returns_the_history() {
    let x = linspace(0.0, 6.0, 1000);
    let y = x.map(f32::sin);
    let mut model = sequential![Dense(1 => 10, tanh), Dense(10 => 1)].compile(Adam::default(), MeanSquaredError);
    let before = model.as_slice().to_vec();
    let mut epochs_seen = 0;
    let press = |status: &mut mlp::training::Status| {
        epochs_seen = status.epoch() + 1;
        if status.epoch() == 2 {
            let pid = process::id().to_string();
            assert!(Command::new("kill").args(["-INT", &pid]).status().expect("the command kill exists").success());
        }
    };
    // So many epochs take days.
    let fit = Fit::new().epochs(1_000_000_000).verbose(Verbose::Silent).stop_on_ctrl_c().on_epoch_end(press);
    let history = model.fit(&x, &y, fit).expect("the data is finite");
    assert!(history.interrupted());
    assert_eq!(history.epochs(), epochs_seen);
    assert!((3..1_000_000).contains(&epochs_seen), "{epochs_seen}");
    assert_ne!(model.as_slice(), before);
    let history =
        model.fit(&x, &y, Fit::new().epochs(2).verbose(Verbose::Silent).stop_on_ctrl_c()).expect("the data is finite");
    assert!(!history.interrupted() && history.epochs() == 2, "the next training continues");
}
