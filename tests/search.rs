//! Search for hyper-parameters: trials, scores, the file, and sizes.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use mlp::data::{Fold, KFold};
use mlp::prelude::*;
use mlp::training::{ScoreError, SearchError, SearchResults, Trial};

fn folds() -> Vec<Fold> {
    KFold::new(3).shuffle(1).split(30).expect("more rows than folds")
}

fn space(search: Search) -> Search {
    search
        .parameter("learning_rate", Values::log_uniform(1e-4, 1e-1))
        .parameter("momentum", Values::uniform(0.0, 0.9))
        .parameter("width", [8, 16, 32])
}

fn score(trial: &Trial, fold: &Fold) -> Result<f64, ScoreError> {
    Ok(trial.get("learning_rate")? * trial.size("width")? as f64 + fold.test[0] as f64)
}

fn path(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("search").join(name);
    drop(fs::remove_file(&path));
    path
}

/// Returns all scores as text. Different values have different texts.
fn text(results: &SearchResults) -> String {
    format!("{:?}", results.trials())
}

#[test]
fn random_values_have_their_distributions() {
    const TRIALS: usize = 3000;
    let trials = space(Search::random(TRIALS)).trials().expect("valid parameters");
    let column = |index: usize| trials.iter().map(move |trial| trial.values()[index]);
    assert!(column(0).all(|rate| (1e-4..=1e-1).contains(&rate)));
    // Each order of magnitude has a third of the values, up to five standard deviations.
    let share =
        |low: f64, high: f64| column(0).filter(|rate| (low..high).contains(rate)).count() as f64 / TRIALS as f64;
    for (low, high) in [(1e-4, 1e-3), (1e-3, 1e-2), (1e-2, 1e-1)] {
        assert!((share(low, high) - 1.0 / 3.0).abs() < 0.043, "{low}: {}", share(low, high));
    }
    assert!((column(1).sum::<f64>() / TRIALS as f64 - 0.45).abs() < 0.025);
    for width in [8.0, 16.0, 32.0] {
        let share = column(2).filter(|&value| value == width).count() as f64 / TRIALS as f64;
        assert!((share - 1.0 / 3.0).abs() < 0.043, "{width}: {share}");
    }
    // More trials begin with the same ones, another seed has others.
    let fewer = space(Search::random(10)).trials().expect("valid parameters");
    assert_eq!(fewer, trials[..10]);
    assert_ne!(space(Search::random(10)).seed(1).trials().expect("valid parameters"), fewer);
}

#[test]
fn a_grid_has_all_combinations() {
    let trials = space(Search::grid(4)).trials().expect("valid parameters");
    assert_eq!(trials.len(), 4 * 4 * 3);
    let close = |a: f64, b: f64| (a - b).abs() < 1e-12;
    for (index, rate) in [1e-4, 1e-3, 1e-2, 1e-1].into_iter().enumerate() {
        let values = trials[12 * index + 5].values();
        assert!(close(values[0], rate) && close(values[1], 0.3) && values[2] == 32.0, "{values:?}");
    }
    let one = space(Search::grid(1)).trials().expect("valid parameters");
    assert!(close(one[0].values()[0], 10f64.powf(-2.5)) && close(one[0].values()[1], 0.45));
}

#[test]
fn threads_do_not_change_the_results() {
    let run = || space(Search::random(20)).run(&folds(), score).expect("it runs");
    let expected = run();
    for threads in [1, 2, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        assert_eq!(text(&pool.install(run)), text(&expected));
    }
    let best = expected.best().expect("a score");
    let value = |trial: &Trial| trial.values()[0] * trial.values()[2];
    assert!(expected.trials().iter().all(|other| value(&other.trial) >= value(&best.trial)));
    let worst = space(Search::random(20)).maximize().run(&folds(), score).expect("it runs");
    let worst = worst.best().expect("a score");
    assert!(expected.trials().iter().all(|other| value(&other.trial) <= value(&worst.trial)));
}

#[test]
fn a_search_continues_from_its_file() {
    let file = path("scores.csv");
    let search = || space(Search::random(8)).seed(3);
    let whole = search().run(&folds(), score).expect("it runs");
    let calls = AtomicUsize::new(0);
    let counted = |trial: &Trial, fold: &Fold| {
        calls.fetch_add(1, Ordering::Relaxed);
        if trial.number() == 2 {
            Err("a \"message\", with a comma\nand a line break".into())
        } else {
            score(trial, fold)
        }
    };
    let first = search().file(&file).run(&folds(), counted).expect("it runs");
    assert_eq!(calls.swap(0, Ordering::Relaxed), 24);
    assert_eq!(first.trials()[2].error(), Some("a \"message\", with a comma\nand a line break"));

    // As if it had been interrupted: some lines are missing.
    let lines: Vec<String> = fs::read_to_string(&file).expect("the file").lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 25);
    let kept: Vec<&str> =
        lines.iter().enumerate().filter(|(line, _)| line % 5 != 4).map(|(_, line)| line.as_str()).collect();
    fs::write(&file, kept.join("\n")).expect("the file can be written");
    let second = search().file(&file).run(&folds(), counted).expect("it runs");
    assert_eq!(calls.swap(0, Ordering::Relaxed), 25 - kept.len());
    for (trial, (first, second)) in first.trials().iter().zip(second.trials()).enumerate() {
        assert_eq!(
            first.scores.iter().flatten().collect::<Vec<_>>(),
            second.scores.iter().flatten().collect::<Vec<_>>()
        );
        if trial != 2 {
            assert_eq!(*second, whole.trials()[trial]);
        }
    }
    // All scores are known, also for a search of fewer trials or more.
    search().file(&file).run(&folds(), counted).expect("it runs");
    assert_eq!(calls.swap(0, Ordering::Relaxed), 0);
    space(Search::random(9)).seed(3).file(&file).run(&folds(), counted).expect("it runs");
    assert_eq!(calls.swap(0, Ordering::Relaxed), 3);
}

#[test]
fn the_file_of_another_search_is_rejected_and_kept() {
    let file = path("other.csv");
    space(Search::random(4)).file(&file).run(&folds(), score).expect("it runs");
    let content = fs::read(&file).expect("the file");
    let other_seed = space(Search::random(4)).seed(1);
    let other_names = Search::random(4).parameter("l2", [0.1]);
    let two_folds = &folds()[..2];
    for (search, folds) in [(other_seed, &folds()[..]), (other_names, &folds()), (space(Search::random(4)), two_folds)]
    {
        let error = search.file(&file).run(folds, score).expect_err("another search").to_string();
        assert!(error.contains("belongs to another search"), "{error}");
    }
    for damage in ["x", "trial,fold\n", "0,0,1,2"] {
        fs::write(&file, damage).expect("the file can be written");
        assert!(matches!(
            space(Search::random(4)).file(&file).run(&folds(), score),
            Err(SearchError::OtherSearch { .. })
        ));
        assert_eq!(fs::read_to_string(&file).expect("the file"), damage);
    }
    fs::write(&file, content).expect("the file can be written");
    let folder = path("folder.csv");
    fs::create_dir_all(&folder).expect("a folder");
    let error = space(Search::random(4)).file(&folder).run(&folds(), score).expect_err("a folder");
    assert!(matches!(error, SearchError::File(_)));
    fs::remove_dir(folder).expect("a folder");
}

#[test]
fn invalid_searches_are_errors() {
    let message = |search: Search| search.run(&folds(), score).expect_err("an error").to_string();
    assert_eq!(message(Search::random(4)), "the search has no parameters: expected at least one");
    assert_eq!(message(space(Search::random(0))), "the search has no trials: expected at least one");
    assert_eq!(message(space(Search::grid(0))), "the search has no trials: expected at least one");
    let error = space(Search::random(4)).run(&[], score).expect_err("no folds").to_string();
    assert_eq!(error, "there are no folds: expected at least one");
    assert_eq!(message(space(Search::random(4)).parameter("width", [1])), "the parameter \"width\" is used twice");
    let named = |name: &str| message(Search::random(4).parameter(name, [1]));
    assert!(named("a,b").contains("is not a name of a column") && named("").contains("is not a name of a column"));
    for values in [
        Values::uniform(1.0, 1.0),
        Values::uniform(0.0, f64::INFINITY),
        Values::log_uniform(0.0, 1.0),
        Values::log_uniform(2.0, 1.0),
        Values::choice([]),
        Values::from([f64::NAN]),
    ] {
        let error = message(Search::random(4).parameter("rate", values.clone()));
        assert!(error.starts_with("the parameter \"rate\" has invalid values: expected"), "{values:?}: {error}");
    }
    let trial = &space(Search::random(1)).trials().expect("valid parameters")[0];
    let error = trial.get("learning_rat").expect_err("another name").to_string();
    assert_eq!(error, "the search has no parameter \"learning_rat\"; did you mean \"learning_rate\"?");
    assert!(trial.size("learning_rate").expect_err("not whole").to_string().contains("expected a whole number"));
}

#[test]
fn the_table_has_the_best_trial_first() {
    let results = Search::grid(1)
        .parameter("width", [8, 16, 32])
        .run(&folds(), |trial, fold| match trial.size("width")? {
            16 => Err("it diverged".into()),
            width => Ok(1.0 / width as f64 + (fold.test[0] % 2) as f64 * 1e-3),
        })
        .expect("it runs");
    let table = results.to_string();
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["trial", "width", "score", "±"]);
    assert_eq!((&rows[1][..2], &rows[2][..2]), (&["2", "32"][..], &["0", "8"][..]));
    assert_eq!(rows[3], ["1", "16", "it", "diverged"]);
    let best = results.best().expect("a score");
    assert!((best.mean() - best.scores.iter().flatten().sum::<f64>() / 3.0).abs() < 1e-15);
    let nothing = Search::grid(1).parameter("width", [8]).run(&folds(), |_, _| Ok(f64::NAN)).expect("it runs");
    assert!(nothing.best().is_none());
}

sequential! {
    struct Shallow<const WIDTH: usize> { Dense(1 => WIDTH, tanh), Dense(WIDTH => 1) }
    struct Deep<const WIDTH: usize> { Dense(1 => WIDTH, tanh), Dense(WIDTH => WIDTH, tanh), Dense(WIDTH => 1) }
}

/// Inputs and targets.
type Samples = (Vec<[f32; 1]>, Vec<[f32; 1]>);

/// A search over learning rate, width and depth on a sine.
#[test]
fn networks_of_several_widths_and_depths() {
    let x = linspace(0.0, 6.0, 60);
    let y = x.map(f32::sin);
    fn train<N>(network: Box<N>, trial: &Trial, data: &[Samples; 2]) -> Result<f64, ScoreError>
    where
        N: Network<Scalar = f32, Input = Features<1>, Output = Features<1>>,
    {
        let [(x, y), (test_x, test_y)] = data;
        let mut model = network.compile(Adam::new(trial.get("learning_rate")?), MeanSquaredError);
        model.fit(x, y, Fit::new().epochs(20).seed(trial.seed()).verbose(Verbose::Silent))?;
        Ok(model.evaluate(test_x, test_y)?.loss)
    }
    let folds = KFold::new(2).shuffle(1).split(60).expect("more rows than folds");
    let run = || {
        Search::grid(2)
            .parameter("learning_rate", Values::log_uniform(1e-4, 1e-2))
            .parameter("width", [4, 8])
            .parameter("depth", [1, 2])
            .run(&folds, |trial, fold| {
                let rows = |rows: &[usize]| rows.iter().map(|&row| ([x[row]], [y[row]])).unzip();
                let data = [rows(&fold.train), rows(&fold.test)];
                sizes!(WIDTH in [4, 8] = trial.size("width")?; DEPTH in [1, 2] = trial.size("depth")? => {
                    match DEPTH {
                        1 => train(Shallow::<WIDTH>::new(trial.seed()), trial, &data),
                        _ => train(Deep::<WIDTH>::new(trial.seed()), trial, &data),
                    }
                })
            })
            .expect("it runs")
    };
    let results = run();
    assert_eq!(text(&results), text(&run()));
    assert_eq!(results.trials().len(), 8);
    assert!(results.trials().iter().all(|trial| trial.error().is_none() && trial.standard_deviation() > 0.0));
    assert_eq!(results.best().expect("a score").trial.get("learning_rate"), Ok(1e-2));
}

#[test]
fn an_unlisted_size_is_an_error() {
    fn double(size: usize) -> Result<usize, ScoreError> {
        sizes!(SIZE in [1, 2, 4] = size => Ok(2 * SIZE))
    }
    assert_eq!(double(4).expect("a listed size"), 8);
    assert_eq!(double(3).expect_err("unlisted").to_string(), "SIZE is 3: expected one of [1, 2, 4]");
}
