//! Callbacks: compared with Keras on the same metric values, and in trainings.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mlp::prelude::*;
use nalgebra::DVector;

sequential! { struct Net { Dense(1 => 6, tanh), Dense(6 => 1) } }

fn data() -> (DVector<f32>, DVector<f32>) {
    let x = linspace(0.0, 3.0, 40);
    let y = x.map(f32::sin);
    (x, y)
}

fn model(rate: f64) -> Compiled<Net, Sgd, MeanSquaredError> {
    Net::new(1).compile(Sgd::new(rate), MeanSquaredError)
}

fn fit(epochs: usize) -> Fit {
    Fit::new().epochs(epochs).batch_size(10).verbose(Verbose::Silent)
}

/// Creates an empty folder for the files of a test.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("callbacks").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Reports a given `val_loss` for each epoch, and writes the epoch into the first weight.
struct ReportMetrics(Vec<f64>);

impl Callback<Net> for ReportMetrics {
    fn on_train_begin(&mut self, training: &mut Training<'_, Net>) -> CallbackResult {
        training.log("val_loss", f64::NAN);
        Ok(())
    }
    fn on_epoch_end(&mut self, training: &mut Training<'_, Net>) -> CallbackResult {
        let epoch = training.epoch();
        training.network.as_mut_slice()[0] = epoch as f32;
        training.log("val_loss", self.0[epoch]);
        Ok(())
    }
}

/// Runs in a child process of the next test, which reads its output.
#[test]
#[ignore = "run by another test"]
fn verbose_training() {
    let (x, y) = data();
    let folder = folder("verbose");
    std::env::set_current_dir(&folder).unwrap();
    let fit = fit(6)
        .callback(ReportMetrics(vec![1.0, 0.1234567, 0.5, 0.25, 0.1234567, 0.75]))
        .callback(LearningRateScheduler::new(|epoch, rate| if epoch == 1 { rate * 0.75 } else { rate }).verbose(true))
        .callback(ModelCheckpoint::new("best-{epoch}.safetensors").save_best_only(true).verbose(true))
        .callback(ModelCheckpoint::new("last.safetensors").verbose(true))
        .callback(ReduceLrOnPlateau::new("val_loss").factor(0.5).patience(2).verbose(true))
        .callback(EarlyStopping::new("val_loss").patience(3).restore_best_weights(true).verbose(true));
    println!("\nbegin");
    model(0.5).fit(&x, &y, fit).unwrap();
    println!("end");
}

#[test]
fn verbose_callbacks_print_the_lines_of_keras() {
    let program = std::env::current_exe().unwrap();
    let arguments = ["--exact", "callbacks::verbose_training", "--ignored", "--nocapture"];
    let output = std::process::Command::new(program).args(arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let printed: Vec<_> = text.lines().skip_while(|line| *line != "begin").skip(1).collect();
    // Keras demands its own extension.
    let golden = include_str!("../goldens/callbacks_verbose.txt").replace(".weights.h5", ".safetensors");
    let expected = golden.lines().skip(1).chain(["end"]);
    assert_eq!(printed[..printed.len().min(expected.clone().count())], expected.collect::<Vec<_>>()[..]);
}

/// A line of `callbacks.txt`.
struct Case<'a> {
    kind: &'a str,
    options: &'a str,
    metrics: Vec<f64>,
    results: Vec<&'a str>,
}

fn cases(kind: &str) -> Vec<Case<'static>> {
    let lines = include_str!("../goldens/callbacks.txt").lines().filter(|line| !line.starts_with('#'));
    let split = |line: &'static str| {
        let [kind, options, metrics, results @ ..] = &line.split(" | ").collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let metrics = metrics.split(' ').map(|value| value.parse().unwrap()).collect();
        Case { kind, options, metrics, results: results.to_vec() }
    };
    let cases: Vec<_> = lines.map(split).filter(|case| case.kind == kind).collect();
    assert_eq!(cases.len(), 60);
    cases
}

impl Case<'_> {
    fn option<'a>(&'a self, name: &str) -> &'a str {
        let mut options = self.options.split(' ').map(|option| option.split_once('=').unwrap());
        options.find(|&(known, _)| known == name).unwrap().1
    }
    fn number(&self, name: &str) -> f64 {
        self.option(name).parse().unwrap()
    }
    fn mode(&self) -> MonitorMode {
        if self.option("mode") == "min" { MonitorMode::Min } else { MonitorMode::Max }
    }
}

#[test]
fn early_stopping_stops_where_keras_does() {
    let (x, y) = data();
    for case in cases("early") {
        let mut stopping = EarlyStopping::new("val_loss")
            .patience(case.number("patience") as usize)
            .min_delta(case.number("min_delta"))
            .mode(case.mode())
            .start_from_epoch(case.number("start_from_epoch") as usize)
            .restore_best_weights(case.option("restore_best_weights") == "True");
        if case.option("baseline") != "none" {
            stopping = stopping.baseline(case.number("baseline"));
        }
        let mut model = model(0.01);
        let fit = fit(case.metrics.len()).callback(ReportMetrics(case.metrics.clone())).callback(&mut stopping);
        model.fit(&x, &y, fit).unwrap();
        let stopped = stopping.stopped_epoch().map_or("none".to_owned(), |epoch| epoch.to_string());
        let epoch_of_weights = model.as_slice()[0].to_string();
        let found = [stopped, stopping.best_epoch().to_string(), epoch_of_weights];
        assert_eq!(found[..], case.results[..], "{} {:?}", case.options, case.metrics);
    }
}

#[test]
fn plateaus_reduce_the_learning_rate_as_in_keras() {
    let (x, y) = data();
    for case in cases("plateau") {
        let plateau = ReduceLrOnPlateau::new("val_loss")
            .patience(case.number("patience") as usize)
            .min_delta(case.number("min_delta"))
            .mode(case.mode())
            .cooldown(case.number("cooldown") as usize)
            .factor(case.number("factor"))
            .min_lr(case.number("min_lr"));
        let mut rates = Vec::new();
        let fit = fit(case.metrics.len()).callback((ReportMetrics(case.metrics.clone()), plateau));
        model(0.1).fit(&x, &y, fit.on_epoch_end(|status| rates.push(status.learning_rate()))).unwrap();
        let expected: Vec<f64> = case.results[0].split(' ').map(|rate| rate.parse().unwrap()).collect();
        assert!(rates.iter().zip(&expected).all(|(a, b)| (a - b).abs() <= 1e-12 * b), "{}", case.options);
        assert_eq!(rates.len(), expected.len());
    }
}

#[test]
fn restored_weights_are_those_of_the_best_epoch() {
    let (x, y) = data();
    let mut snapshots = Snapshots::default();
    let mut stopping = EarlyStopping::new("loss").patience(3).restore_best_weights(true);
    // With this learning rate, the loss rises and falls.
    let mut model = model(0.9);
    let history = model.fit(&x, &y, fit(50).callback((&mut snapshots, &mut stopping))).unwrap();
    let best = (0..history.epochs()).min_by(|&a, &b| history.loss()[a].total_cmp(&history.loss()[b])).unwrap();
    assert!(best + 1 < history.epochs(), "the last epoch is the best one: nothing is restored");
    assert_eq!(stopping.best_epoch(), best);
    assert_eq!(stopping.best(), Some(history.loss()[best]));
    assert_eq!(model.as_slice(), snapshots.0[best]);
}

#[derive(Default)]
struct Snapshots(Vec<Vec<f32>>);

impl Callback<Net> for Snapshots {
    fn on_epoch_end(&mut self, training: &mut Training<'_, Net>) -> CallbackResult {
        self.0.push(training.network.as_slice().to_vec());
        Ok(())
    }
}

#[test]
fn an_unknown_metric_cannot_be_monitored() {
    let (x, y) = data();
    let error = model(0.1).fit(&x, &y, fit(2).callback(EarlyStopping::new("val_loss"))).unwrap_err();
    assert_eq!(error.to_string(), "EarlyStopping monitors `val_loss`, but the training reports `loss`");
}

/// None of these callbacks logs metrics, so an unknown one is an error before the first epoch.
#[test]
fn an_unknown_metric_is_found_before_the_first_epoch() {
    fn assert_error_at_once(callback: impl Callback<Net>) {
        let (x, y) = data();
        let mut model = model(0.1);
        let initial = model.as_slice().to_vec();
        model.fit(&x, &y, fit(5).callback((EarlyStopping::new("val_loss"), callback))).unwrap_err();
        assert_eq!(model.as_slice(), initial);
    }
    let folder = folder("unknown");
    assert_error_at_once(EarlyStopping::new("loss"));
    assert_error_at_once(ReduceLrOnPlateau::new("loss"));
    assert_error_at_once(LearningRateScheduler::new(|_, rate| rate));
    assert_error_at_once(ModelCheckpoint::new(folder.join("weights").to_str().unwrap()).monitor("loss"));
    assert_error_at_once(CsvLogger::new(folder.join("log.csv")));
    assert_error_at_once(TensorBoard::new(&folder));
    assert_error_at_once(TerminateOnNan);
}

#[test]
fn a_factor_that_does_not_reduce_is_rejected() {
    let (x, y) = data();
    for factor in [0.0, 1.0, -0.5, f64::NAN] {
        let plateau = ReduceLrOnPlateau::new("loss").factor(factor);
        let error = model(0.1).fit(&x, &y, fit(1).callback(plateau)).unwrap_err().to_string();
        let expected = format!("expected a factor of ReduceLrOnPlateau above 0 and below 1, found {factor}");
        assert!(error.ends_with(&expected), "{error}");
    }
}

#[test]
fn learning_rates_are_scheduled_by_epochs() {
    let (x, y) = data();
    let schedule = LearningRateScheduler::new(|epoch, rate| if epoch < 2 { rate } else { rate / 2.0 });
    let mut model = model(0.5);
    let history = model.fit(&x, &y, fit(4).callback(schedule)).unwrap();
    assert_eq!(history.get("learning_rate").unwrap(), [0.5, 0.5, 0.25, 0.125]);
    assert_eq!(model.optimizer_state().learning_rate(), 0.125);
    let error = model.fit(&x, &y, fit(1).callback(LearningRateScheduler::new(|_, _| f64::NAN))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the learning rate scheduled for epoch 0 is NaN: expected a finite value of at least 0"
    );
}

#[test]
fn a_training_stops_within_an_epoch() {
    let (x, y) = data();
    let mut batches = Vec::new();
    let stop_at = |status: &mut mlp::training::Status| {
        batches.push((status.epoch(), status.batch()));
        if status.epoch() == 1 && status.batch() == 2 {
            status.stop();
        }
    };
    let history = model(0.1).fit(&x, &y, fit(9).on_batch_end(stop_at)).unwrap();
    assert_eq!(batches, [(0, 0), (0, 1), (0, 2), (0, 3), (1, 0), (1, 1), (1, 2)]);
    assert_eq!((history.epochs(), history.interrupted()), (2, false));
}

#[test]
fn divergence_ends_with_an_error_or_with_a_history() {
    let (x, y) = data();
    // Only the steps of the second epoch are too large.
    let diverging = || LearningRateScheduler::new(|epoch, _| if epoch == 0 { 0.1 } else { 1e30 });
    let error = model(0.1).fit(&x, &y, fit(5).callback(diverging())).unwrap_err();
    assert!(matches!(error, TrainingError::Diverged { epoch: 2, .. }), "{error}");
    let mut ended = model(0.1);
    let history = ended.fit(&x, &y, fit(5).callback((diverging(), TerminateOnNan))).unwrap();
    assert_eq!(history.epochs(), 1);
    assert!(ended.as_slice().iter().all(|weight| weight.is_finite()));
}

#[test]
fn checkpoints_hold_the_weights() {
    let (x, y) = data();
    let folder = folder("checkpoints");
    let pattern = folder.join("{epoch:02d}-{val_loss:.3f}.safetensors");
    let (mut model, mut snapshots) = (model(0.1), Snapshots::default());
    let checkpoint = ModelCheckpoint::new(pattern.to_str().unwrap()).save_freq(2);
    let history = model.fit(&x, &y, fit(4).validation_data(&x, &y).callback((checkpoint, &mut snapshots))).unwrap();
    let mut names: Vec<_> = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name()).collect();
    names.sort();
    let losses = history.get("val_loss").unwrap();
    assert_eq!(
        names,
        [format!("02-{:.3}.safetensors", losses[1]), format!("04-{:.3}.safetensors", losses[3])].map(OsString::from)
    );
    for (name, epoch) in names.iter().zip([1, 3]) {
        let mut network = Net::new(9);
        network.load_weights(folder.join(name)).unwrap();
        assert_eq!(network.as_slice(), snapshots.0[epoch]);
    }
}

#[test]
fn only_the_best_checkpoint_is_kept() {
    let (x, y) = data();
    let folder = folder("best");
    let path = folder.join("best.txt");
    let mut written = Vec::new();
    let checkpoint = ModelCheckpoint::new(path.to_str().unwrap()).save_best_only(true);
    let checkpoint = checkpoint.save_with(|network: &Net, path| {
        written.push(network.as_slice()[0]);
        fs::write(path, network.as_slice()[0].to_string())
    });
    let metrics = ReportMetrics(vec![3.0, 4.0, 2.0, 2.0, 1.0, 5.0]);
    model(0.1).fit(&x, &y, fit(6).callback((metrics, checkpoint))).unwrap();
    assert_eq!(written, [0.0, 2.0, 4.0]);
    assert_eq!(fs::read_to_string(&path).unwrap(), "4");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "no temporary file is left");
}

#[test]
fn tables_have_a_line_for_each_epoch() {
    let (x, y) = data();
    let path = folder("csv").join("log.csv");
    let mut lines_when_read = Vec::new();
    let fit = |epochs| fit(epochs).validation_split(0.5).validation_freq(2);
    let with_logger = fit(2).callback(CsvLogger::new(&path));
    let count =
        |_: &mut mlp::training::Status| lines_when_read.push(fs::read_to_string(&path).unwrap().lines().count());
    let history = model(0.1).fit(&x, &y, with_logger.on_epoch_end(count)).unwrap();
    assert_eq!(lines_when_read, [2, 3], "a line is written at the end of its epoch");
    let (losses, validation) = (history.loss(), history.get("val_loss").unwrap());
    let expected = format!("epoch,loss,val_loss\n0,{:?},NA\n1,{:?},{:?}\n", losses[0], losses[1], validation[1]);
    assert_eq!(fs::read_to_string(&path).unwrap(), expected);
    model(0.1).fit(&x, &y, fit(3).initial_epoch(2).callback(CsvLogger::new(&path).append(true))).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with(&expected) && text.lines().count() == 4, "{text}");
    assert!(text.lines().nth(3).unwrap().starts_with("2,"), "{text}");
    let nowhere = folder("csv").join("no/such/folder.csv");
    let error = model(0.1).fit(&x, &y, fit(2).callback(CsvLogger::new(&nowhere))).unwrap_err();
    assert!(error.to_string().starts_with(nowhere.to_str().unwrap()), "{error}");
}

#[test]
fn event_files_of_training_and_validation() {
    let (x, y) = data();
    let (folder, start) = (folder("tensorboard"), SystemTime::now());
    let fit = fit(3).validation_split(0.5).callback(TensorBoard::new(&folder));
    model(0.1).fit(&x, &y, fit).unwrap();
    for (run, tags) in [("train", &["epoch_loss", "epoch_learning_rate"][..]), ("validation", &["epoch_loss"])] {
        let files: Vec<_> = fs::read_dir(folder.join(run)).unwrap().collect();
        assert_eq!(files.len(), 1, "{run}");
        let file = files.into_iter().next().unwrap().unwrap();
        assert!(file.file_name().to_str().unwrap().starts_with("events.out.tfevents."));
        let bytes = fs::read(file.path()).unwrap();
        // The first event begins with its time, in seconds, after 12 bytes of the record and the key of the field.
        let time = UNIX_EPOCH + Duration::from_secs_f64(f64::from_le_bytes(bytes[13..21].try_into().unwrap()));
        assert!(time >= start && time <= SystemTime::now(), "{time:?}");
        for tag in tags {
            let found = bytes.windows(tag.len()).filter(|window| window == &tag.as_bytes()).count();
            assert_eq!(found, 3, "{run} {tag}");
        }
    }
}

#[test]
fn callbacks_can_be_combined() {
    let (x, y) = data();
    let boxed: Vec<Box<dyn Callback<Net>>> = vec![Box::new(TerminateOnNan), Box::new(ReportMetrics(vec![1.0; 3]))];
    let mut metrics = ReportMetrics(vec![2.0; 3]);
    let fit = fit(3).callback(boxed).callback(None::<TerminateOnNan>).callback((&mut metrics,));
    let history = model(0.1).fit(&x, &y, fit).unwrap();
    assert_eq!(history.get("val_loss").unwrap(), [2.0; 3]);
}
