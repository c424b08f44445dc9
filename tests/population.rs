//! Evolution strategies: the published update, the same bits on any number of threads, and errors.

use mlp::prelude::*;
use mlp::training::{Generation, PopulationError};

sequential! {
    struct Net: f64 { Dense(2 => 3, tanh), BatchNormalization(3), Dense(3 => 1) }
    struct Line: f64 { Dense(1 => 1) }
    /// More parameters than share a random number generator.
    struct Wide { Dense(30 => 60, relu), Dense(60 => 1) }
}

/// Compares a generation with the estimate of Salimans et al., computed from the candidates.
#[test]
fn the_gradient_is_that_of_the_published_estimate() {
    const PAIRS: usize = 7;
    const DEVIATION: f64 = 0.2;
    let mut population = Population::new(Net::new(3), Sgd::new(1.0)).pairs(PAIRS).deviation(DEVIATION).seed(5);
    let start = population.network().to_boxed();
    let fitness = |network: &Net| network.predict_one([0.3, -0.4])[0];
    let candidates: Vec<Box<Net>> = (0..population.candidates())
        .map(|index| {
            let mut candidate = Net::zeroed();
            population.perturb(index, &mut candidate);
            candidate
        })
        .collect();
    let values: Vec<f64> = candidates.iter().map(|candidate| fitness(candidate)).collect();
    let rank = |value: f64| values.iter().filter(|&&other| other < value).count() as f64 / 13.0 - 0.5;
    let mut expected = start.to_boxed();
    for (candidate, &value) in candidates.iter().zip(&values) {
        for (index, target) in expected.as_mut_slice().iter_mut().enumerate() {
            let noise = (candidate.as_slice()[index] - start.as_slice()[index]) / DEVIATION;
            *target += rank(value) * noise / (2.0 * PAIRS as f64 * DEVIATION);
        }
    }
    let generation = population.step(|network, _| fitness(network)).expect("valid settings");
    let distance = |index: usize| (population.network().as_slice()[index] - expected.as_slice()[index]).abs();
    let worst = (0..Net::COUNT).map(distance).max_by(f64::total_cmp).expect("parameters");
    assert!(worst < 1e-12, "{worst}");
    let sorted = |pick: fn(f64, f64) -> f64| values.iter().copied().reduce(pick).expect("candidates");
    assert_eq!((generation.number, generation.best, generation.worst), (0, sorted(f64::max), sorted(f64::min)));
    assert!((generation.mean - values.iter().sum::<f64>() / 14.0).abs() < 1e-12);
}

#[test]
fn candidates_are_opposite_and_leave_statistics_unchanged() {
    let population = Population::new(Net::new(3), Sgd::new(1.0)).pairs(200);
    let (mut plus, mut minus) = (Net::zeroed(), Net::zeroed());
    let mut squares = 0.0;
    for pair in 0..200 {
        population.perturb(2 * pair, &mut plus);
        population.perturb(2 * pair + 1, &mut minus);
        for (index, &center) in population.network().as_slice().iter().enumerate() {
            let (above, below) = (plus.as_slice()[index] - center, minus.as_slice()[index] - center);
            assert!((above + below).abs() < 1e-15);
            squares += above * above;
        }
        let network = population.network();
        assert_eq!(plus.batch_normalization_1.moving_mean, network.batch_normalization_1.moving_mean);
        assert_eq!(plus.batch_normalization_1.moving_variance, network.batch_normalization_1.moving_variance);
    }
    // The trained parameters have a variance of 0.1². The mean of 3800 squares has a standard deviation of 2.3%.
    let trained = (Net::COUNT - 6) as f64 * 200.0;
    assert!((squares / trained / 0.01 - 1.0).abs() < 0.1, "{}", squares / trained);
}

fn run(pairs: usize) -> (Vec<Generation>, Vec<f32>) {
    let mut population = Population::new(Wide::new(1), Adam::new(0.02)).pairs(pairs).seed(9);
    let generations = (0..4)
        .map(|_| {
            let step = population.step(|network, random| {
                let sample = std::array::from_fn(|_| random.normal() as f32);
                f64::from(network.predict_one(sample)[0])
            });
            step.expect("valid settings")
        })
        .collect();
    (generations, population.network().as_slice().to_vec())
}

#[test]
fn threads_do_not_change_the_result() {
    let expected = run(9);
    for threads in [1, 2, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        assert!(pool.install(|| run(9)) == expected, "another result on {threads} threads");
    }
    assert!(run(10) != expected);
}

#[test]
fn step_equals_perturb_and_update() {
    let fitness = |network: &Line| -(network.dense_1.bias[0] - 3.0).abs();
    let create = || Population::new(Line::new(1), Adam::new(0.1)).pairs(8);
    let (mut step, mut update) = (create(), create());
    for _ in 0..5 {
        let mut candidate = Line::zeroed();
        let values: Vec<f64> = (0..16)
            .map(|index| {
                update.perturb(index, &mut candidate);
                fitness(&candidate)
            })
            .collect();
        let generation = update.update(&values).expect("as many values as candidates");
        assert_eq!(step.step(|network, _| fitness(network)).expect("valid settings"), generation);
        assert_eq!(step.network().as_slice(), update.network().as_slice());
    }
    assert_eq!(step.generations(), 5);
}

#[test]
fn the_fitness_increases() {
    for seed in 0..5 {
        let mut population = Population::new(Line::new(seed), Adam::new(0.1)).pairs(16).seed(seed);
        let error = |network: &Line| {
            let (weight, bias) = (network.dense_1.weights[0], network.dense_1.bias[0]);
            (weight - 2.0).powi(2) + (bias + 1.0).powi(2)
        };
        for _ in 0..200 {
            // A fitness of any scale, and with outliers.
            population.step(|network, _| -1e6 * error(network).powi(3)).expect("valid settings");
        }
        let rest = error(population.network());
        assert!(rest < 0.01, "seed {seed}: {rest}");
    }
}

#[test]
fn equal_fitness_changes_nothing() {
    let mut population = Population::new(Line::new(1), Sgd::new(1.0));
    population.step(|_, _| 7.0).expect("valid settings");
    assert_eq!(population.network().as_slice(), Line::new(1).as_slice());
}

#[test]
fn invalid_settings_are_errors_and_nothing_changes() {
    let text = |mut population: Population<Line, Sgd>| {
        let error = population.step(|_, _| f64::NAN).expect_err("an error").to_string();
        assert_eq!(population.network().as_slice(), Line::new(1).as_slice());
        assert_eq!(population.generations(), 0);
        error
    };
    let create = || Population::new(Line::new(1), Sgd::new(1.0));
    assert_eq!(text(create()), "the fitness of every candidate is NaN");
    assert_eq!(text(create().pairs(0)), "pairs is 0: expected at least 1");
    assert_eq!(text(create().deviation(0.0)), "deviation is 0: expected a finite number above 0");
    assert_eq!(text(create().deviation(f64::NAN)), "deviation is NaN: expected a finite number above 0");
    let invalid = Population::new(Line::new(1), Sgd::new(1.0).momentum(2.0));
    assert!(text(invalid).contains("momentum"));
    let error = create().update(&[1.0]).expect_err("64 candidates");
    assert_eq!(error, PopulationError::Candidates { expected: 64, found: 1 });
}

#[test]
fn a_resumed_population_has_the_same_bits() {
    let create = || Population::new(Line::new(1), Adam::new(0.1)).pairs(4).seed(3);
    let fitness = |network: &Line, random: &mut Rng| network.dense_1.bias[0] + random.normal();
    let mut whole = create();
    (0..6).for_each(|_| drop(whole.step(fitness)));
    let mut first = create();
    (0..3).for_each(|_| drop(first.step(fitness)));
    let file = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("population.safetensors");
    first.save(&file).expect("the file can be written");
    let mut second = create();
    assert_eq!(second.load(&file).expect("the file fits"), 3);
    (0..3).for_each(|_| drop(second.step(fitness)));
    assert_eq!(second.network().as_slice(), whole.network().as_slice());
}
