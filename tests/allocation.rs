//! Training steps and single-sample inference allocate nothing.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use mlp::prelude::*;

/// Allocator that counts the allocations of each thread.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: all calls are forwarded to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's contract.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's contract.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(run: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.with(Cell::get);
    run();
    ALLOCATIONS.with(Cell::get) - before
}

#[test]
fn a_step_allocates_nothing() {
    let x = linspace(0.0, 6.0, 1000);
    let y = x.map(f32::sin);
    let network = sequential![Dense(1 => 10, gelu), Dense(10 => 10, softmax), Dense(10 => 1)];
    let mut model = network.compile(Adam::default(), MeanSquaredError).metrics(MeanAbsoluteError);
    assert_eq!(allocations(|| drop(std::hint::black_box(vec![0_u8; 100]))), 1, "the counter counts");
    // The gradient of the second leaf.
    model.train_on_batch(&x, &y).expect("the data is finite");
    let steps = || {
        for _ in 0..10 {
            model.train_on_batch(&x, &y).expect("the data is finite");
        }
    };
    assert_eq!(allocations(steps), 0);
}

/// Runs a test on a pool of one thread. With the feature `threads`, another thread that sleeps needs an allocation to wake up.
fn on_one_thread(test: impl FnOnce() + Send) {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread").install(test);
}

#[test]
fn a_step_of_an_ensemble_allocates_nothing() {
    on_one_thread(check_ensemble);
}

fn check_ensemble() {
    let x = linspace(0.0, 6.0, 1000);
    let y = x.map(f32::sin);
    let network = sequential![Dense(1 => 10, gelu), Dropout(10), BatchNormalization(10), Dense(10 => 1)];
    let ensemble = Ensemble::<_, 4>::from_fn(|member| network.clone().seed(member as u64));
    let mut ensemble = ensemble.compile(|_, network| network.compile(Adam::default(), MeanSquaredError));
    let mut step = || assert!(ensemble.train_on_batch(&x, &y).is_ok(), "the data is finite");
    step();
    assert_eq!(allocations(|| (0..10).for_each(|_| step())), 0);
}

#[test]
fn a_generation_allocates_nothing() {
    on_one_thread(check_population);
}

fn check_population() {
    let network = sequential![Dense(1 => 40, gelu), BatchNormalization(40), Dense(40 => 40), Dense(40 => 1)];
    let mut population = Population::new(network, Adam::default()).pairs(8);
    let mut step = || {
        let generation = population.step(|network, random| f64::from(network.predict_one([random.normal() as f32])[0]));
        assert!(generation.is_ok());
    };
    step();
    assert_eq!(allocations(|| (0..5).for_each(|_| step())), 0);
}

fn allocations_of_steps(optimizer: impl Optimizer) -> usize {
    let x = linspace(0.0, 6.0, 100);
    let y = x.map(f32::sin);
    let mut model = sequential![Dense(1 => 10, tanh), Dense(10 => 1)].compile(optimizer, MeanSquaredError);
    allocations(|| {
        for _ in 0..10 {
            model.train_on_batch(&x, &y).expect("the data is finite");
        }
    })
}

/// Checks every optimizer, from the first step on.
#[test]
fn no_optimizer_allocates_in_a_step() {
    assert_eq!(allocations_of_steps(Sgd::default().momentum(0.9).clipnorm(1.0)), 0);
    assert_eq!(allocations_of_steps(RmsProp::default().centered(true).global_clipnorm(1.0)), 0);
    assert_eq!(allocations_of_steps(AdamW::new(CosineDecay::new(1e-3, 10)).amsgrad(true).clipvalue(1.0)), 0);
    assert_eq!(allocations_of_steps(Nadam::default().ema(0.9).gradient_accumulation_steps(2)), 0);
    assert_eq!(allocations_of_steps(Lbfgs::new(5).history_size(3)), 0);
}

/// The first step allocates the normal equations, and no other one does.
#[test]
fn least_squares_allocate_once() {
    let x = linspace(0.0, 6.0, 100);
    let y = x.map(f32::sin);
    let network = sequential![Dense(1 => 10, tanh, l2 = 1e-6), Dense(10 => 1)];
    let mut model = network.compile(LevenbergMarquardt::new(), MeanSquaredError);
    let mut step = || {
        allocations(|| {
            model.train_on_batch(&x, &y).expect("the data is finite");
        })
    };
    assert!(step() > 0);
    assert_eq!((0..10).map(|_| step()).sum::<usize>(), 0);
}

/// Ten epochs allocate as often as a thousand: only before the first one.
#[test]
fn epochs_allocate_nothing() {
    let x = linspace(0.0, 6.0, 100);
    let y = x.map(f32::sin);
    let mut model = sequential![Dense(1 => 10, relu), Dense(10 => 1)].compile(Adam::default(), MeanSquaredError);
    let mut fit = |epochs| {
        let fit = Fit::new().epochs(epochs).batch_size(32).verbose(Verbose::Silent);
        allocations(|| drop(model.fit(&x, &y, fit).expect("the data is finite")))
    };
    fit(1);
    assert_eq!(fit(10), fit(1000));
}

residual! {
    struct Burgers { #[trainable] nu: f64 }
    (x, t) -> u = -x.sin() + t * net { u.t + u * u.x - nu * u.xx }
}

residual! {
    struct Measured;
    (x, t; value) -> u = -x.sin() + t * net { u - value }
}

/// Returns the allocations of ten and of forty epochs of `solve`, with new points, callbacks and schedules.
fn allocations_of_solve<O: Optimizer>(optimizer: O) -> (usize, usize) {
    let rows: Vec<[f64; 2]> = (0..40).map(|row| [f64::from(row) / 40.0, 0.5]).collect();
    let values: Vec<[f64; 1]> = rows.iter().map(|[x, _]| [-x]).collect();
    let inside = Term::uniform(Burgers { nu: 0.1 }, [(-1.0, 1.0), (0.0, 1.0)], 200);
    let terms = (
        inside.redraw(Redraw::every(3).by_residual()),
        Term::with_data(Measured, &rows, &values).expect("the data is finite"),
    );
    let network = sequential![f64;
        PeriodicEmbedding(2 => 5, PeriodicInputs<0>),
        FourierFeatures(5 => 8, trainable = true),
        Dense(8 => 8, tanh),
        LayerNormalization(8),
        Dense(8 => 1),
    ];
    let mut model = network.compile_residuals(optimizer, terms);
    let mut solve = |epochs| {
        let fit = Fit::new().epochs(epochs).verbose(Verbose::Silent);
        let fit = fit.callback(EarlyStopping::new("Burgers_loss").patience(usize::MAX).restore_best_weights(true));
        allocations(|| drop(model.solve(fit).expect("the residuals are finite")))
    };
    solve(4);
    (solve(10), solve(40))
}

#[test]
fn epochs_of_solve_allocate_nothing() {
    let (ten, forty) = allocations_of_solve(Adam::new(CosineDecay::new(1e-3, 100)));
    assert_eq!(ten, forty, "Adam");
    let (ten, forty) = allocations_of_solve(Lbfgs::new(2));
    assert_eq!(ten, forty, "L-BFGS");
}

#[test]
fn single_sample_inference_allocates_nothing() {
    let model = sequential![Dense(2 => 64, tanh), Dense(64 => 64, relu), Dense(64 => 3, softmax)]
        .compile(Adam::default(), MeanSquaredError);
    let mut sum = 0.0;
    assert_eq!(allocations(|| sum = model.predict_one([0.1, 0.2]).sum()), 0);
    assert!((sum - 1.0_f32).abs() < 1e-6);
}

#[test]
fn predicting_with_a_compiled_network_allocates_only_the_predictions() {
    let x = linspace(0.0, 6.0, 1000);
    let model = sequential![Dense(1 => 10, gelu), Dense(10 => 1)].compile(Adam::default(), MeanSquaredError);
    assert_eq!(allocations(|| drop(model.predict(&x).expect("the data is finite"))), 1);
}

/// Also with validation data, sample weights, callbacks and custom metrics.
#[test]
fn epochs_with_all_features_of_fit_allocate_nothing() {
    let x = linspace(0.0, 6.0, 100);
    let y = x.map(f32::sin);
    let mut model = sequential![Dense(1 => 10, relu), Dense(10 => 1)]
        .compile(Adam::default(), MeanSquaredError)
        .metrics(MeanAbsoluteError);
    let mut fit = |epochs| {
        let fit = Fit::new().epochs(epochs).batch_size(32).verbose(Verbose::Silent).validation_split(0.2);
        let fit = fit.sample_weight(vec![1.0; 100]).on_batch_end(|status| assert!(status.get("loss").is_some()));
        let fit = fit.callback(EarlyStopping::new("val_loss").patience(usize::MAX).restore_best_weights(true));
        allocations(|| drop(model.fit(&x, &y, fit).expect("the data is finite")))
    };
    fit(1);
    assert_eq!(fit(10), fit(1000));
}

#[test]
fn a_custom_loop_allocates_nothing() {
    let x = linspace(0.0, 6.0, 1000);
    let y = x.map(f32::sin);
    let mut network = sequential![Dense(1 => 10, gelu), Dense(10 => 1)];
    let (mut tape, mut descent) = (network.gradient_tape(MeanSquaredError), OptimizerState::new(Adam::default()));
    // The gradient of the second leaf.
    tape.value_and_gradient(&network, &x, &y).expect("the data is finite");
    let steps = || {
        for _ in 0..10 {
            let (_, gradient) = tape.value_and_gradient(&network, &x, &y).expect("the data is finite");
            descent.step(&mut network, gradient);
        }
    };
    assert_eq!(allocations(steps), 0);
}

/// Chained networks, in batches of more than a tile and in single samples.
#[test]
fn tapes_allocate_nothing_after_the_first_call() {
    let x = linspace(0.0, 6.0, 1000);
    let (first, second) = (sequential![Dense(1 => 10, gelu), Dense(10 => 2)], sequential![Dense(2 => 10, tanh)]);
    let (mut first_tape, mut second_tape) = (first.tape(), second.tape());
    let output_gradient = vec![[0.1; 10]; 1000];
    let mut step = || {
        let hidden = first_tape.forward(&first, &x).expect("the data is finite");
        let output = second_tape.forward(&second, hidden.output()).expect("the data is finite");
        let gradient = output.input_gradient(&output_gradient).expect("the data is finite");
        hidden.backward(gradient).expect("the data is finite").as_slice()[0]
    };
    step();
    assert_eq!(allocations(|| assert!(step().is_finite())), 0);

    let mut jacobians = Vec::new();
    let mut jacobian = || first_tape.jacobian(&first, &x, &mut jacobians).expect("the data is finite");
    jacobian();
    assert_eq!(allocations(jacobian), 0);

    let (mut tape, mut gradient) = (SampleTape::new(), second.clone());
    let sample = || _ = tape.forward(&*second, [0.1, 0.2]).backward([0.5; 10], &mut *gradient);
    assert_eq!(allocations(sample), 0);
}

/// A step of an actor through its actions, replay, and a target network.
#[test]
fn a_step_of_reinforcement_learning_allocates_nothing_after_the_first() {
    use mlp::reinforcement::{PolicyTape, ReplayBuffer, RunningNormalizer, SquashedGaussian};
    functional! {
        struct Actor {
            let state = Input(3);
            let hidden = Dense(3 => 10, tanh)(state);
            let mean = Dense(10 => 2)(hidden);
            let log_std = Dense(10 => 2)(hidden);
            Model(state => (mean, log_std))
        }
    }
    let (actor, mut target) = (Actor::new(0), Actor::new(1));
    let (mut tape, mut policy_tape) = (actor.tape(), PolicyTape::new(SquashedGaussian::<2>::new()));
    let mut normalizer = RunningNormalizer::<3>::new();
    let mut replay = ReplayBuffer::new(50);
    let mut rng = Rng::new(0);
    let mut states = [[0.0_f32; 3]; 32];
    let mut step = || {
        (0..70).for_each(|index| replay.push([index as f32, 0.1, 0.2]));
        for (row, state) in states.iter_mut().zip(replay.sample(&mut rng)) {
            *row = normalizer.normalize_one(*state);
        }
        normalizer.update(&states).expect("the data is finite");
        let outputs = tape.forward(&actor, &states).expect("the data is finite");
        let actions = policy_tape.sample(outputs.output(), &mut rng).expect("the outputs are finite");
        let gradient = actions.backward(&[[0.1, 0.2]; 32], &[0.3; 32]).expect("the gradients are finite");
        let gradient = outputs.backward(gradient).expect("the gradient is finite").as_slice()[0];
        let evaluated =
            policy_tape.evaluate(&([[0.1; 2]; 32], [[0.0; 2]; 32]), &[[0.5; 2]; 32]).expect("valid actions");
        evaluated.backward(&[0.1; 32], &[0.1; 32]).expect("the gradients are finite");
        target.polyak_update(&actor, 0.005);
        gradient
    };
    step();
    assert_eq!(allocations(|| assert!(step().is_finite())), 0);
}
