//! Clipping, averaging, accumulation and undo, on a layer that is trained in part.

use mlp_core::kernels::Vector;
use mlp_core::layers::{ArrayShape, Backward, Features, Mode, Module, UpdateRule, Variable};
use mlp_core::optimizers::LearningRate;
use mlp_core::optimizers::prelude::*;
use mlp_core::{Allocator, Memory, Parameters, Rng, Tile, TileMut};
use nalgebra::SVector;

use super::*;
use crate::heap::BoxedParameters as _;

/// Two variables, and between them a counter of steps that is not trained.
#[repr(C)]
#[derive(Clone, Debug, PartialEq)]
struct Partly {
    first: SVector<f64, 2>,
    steps: SVector<f64, 3>,
    second: SVector<f64, 5>,
}

// SAFETY: `repr(C)`, three arrays of the scalar.
unsafe impl Parameters for Partly {
    type Scalar = f64;
    const FIELDS: &'static [Variable] = &[
        Variable::new("first", ArrayShape::vector(2)),
        Variable::new("steps", ArrayShape::vector(3)).kept(),
        Variable::new("second", ArrayShape::vector(5)),
    ];
}

impl Module for Partly {
    type Input = Features<1>;
    type Output = Features<1>;
    type Options = ();
    type Cache<M: Memory> = ();

    fn cache<M: Memory>(_allocator: Allocator<M>) {}
    fn forward<M: Memory>(&self, (): &(), _: Mode<'_>, _x: Tile<'_, f64>, _y: TileMut<'_, f64>, (): &mut ()) {
        unreachable!("the tests use only its parameters")
    }
    fn backward<M: Memory>(&self, (): &(), _pass: Backward<'_, Self>, (): &mut ()) {
        unreachable!("the tests use only its parameters")
    }
    fn forward_one<V: Vector<Scalar = f64>>(&self, (): &(), _x: &SVector<f64, 1>) -> SVector<f64, 1> {
        unreachable!("the tests use only its parameters")
    }
    fn update(&mut self, (): &(), gradient: &Self, rule: UpdateRule<'_, f64>) {
        rule(self.first.as_mut_slice(), gradient.first.as_slice());
        rule(self.second.as_mut_slice(), gradient.second.as_slice());
        self.steps.add_scalar_mut(1.0);
    }
}

fn layer(seed: u64) -> Box<Partly> {
    let mut layer = Partly::zeroed();
    let mut rng = Rng::new(seed);
    layer.as_mut_slice().fill_with(|| rng.normal());
    layer.steps.fill(0.0);
    layer
}

/// Returns a gradient with large values outside the trained variables, which must not be read.
fn gradient(seed: u64) -> Box<Partly> {
    let mut gradient = layer(seed);
    gradient.steps.fill(1e9);
    gradient
}

/// Returns the change by one step of plain gradient state with a learning rate of 1.
fn change(settings: impl FnOnce(Sgd) -> Sgd) -> Partly {
    let start = layer(1);
    let mut end = start.clone();
    OptimizerState::new(settings(Sgd::new(1.0))).step(&mut end, &mut gradient(2));
    assert_eq!(end.steps, SVector::<f64, 3>::from_element(1.0), "the layer counted one step");
    Partly { first: start.first - end.first, steps: end.steps, second: start.second - end.second }
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-12
}

#[test]
fn norms_are_those_of_the_trained_variables() {
    let whole = change(|sgd| sgd);
    assert!((whole.first - gradient(2).first).norm() < 1e-12);
    let norm = |change: &Partly| change.first.norm().hypot(change.second.norm());

    let clipped = change(|sgd| sgd.global_clipnorm(0.5));
    assert!(close(norm(&clipped), 0.5));
    assert!(close(clipped.first.norm() / whole.first.norm(), clipped.second.norm() / whole.second.norm()));

    let each = change(|sgd| sgd.clipnorm(0.5));
    assert!(close(each.first.norm(), 0.5) && close(each.second.norm(), 0.5));

    assert!(close(change(|sgd| sgd.clipvalue(0.25)).second.amax(), 0.25));
    for none in [f64::INFINITY, 0.0, -1.0, f64::NAN] {
        assert!(close(norm(&change(|sgd| sgd.global_clipnorm(none))), norm(&whole)), "{none}");
        assert!(close(norm(&change(|sgd| sgd.clipnorm(none))), norm(&whole)), "{none}");
        assert!(close(norm(&change(|sgd| sgd.clipvalue(none))), norm(&whole)), "{none}");
    }
}

/// L-BFGS moves the weights many times in a step, but the layer's own update runs once.
#[test]
fn lbfgs_changes_the_trained_variables() {
    let start = layer(1);
    let target = layer(2);
    let mut end = start.clone();
    let mut evaluations = 0;
    let mut state = OptimizerState::new(Lbfgs::default());
    let mut distance = |layer: &Partly, slope: &mut Partly| {
        evaluations += 1;
        slope.clone_from(&gradient(3));
        slope.first = layer.first - target.first;
        slope.second = (layer.second - target.second) * 100.0;
        0.5 * (slope.first.norm_squared() + slope.second.norm_squared() / 100.0)
    };
    for step in 1..=3 {
        state.step_by(&mut end, &mut distance);
        assert_eq!(end.steps, SVector::<f64, 3>::from_element(f64::from(step)));
    }
    assert!((end.first - target.first).norm() < 1e-6 && (end.second - target.second).norm() < 1e-6, "{end:?}");
    assert!(evaluations > 3);
}

#[test]
fn the_average_holds_the_trained_variables() {
    let mut state = OptimizerState::new(Sgd::new(0.1).ema(0.75));
    let mut weights = layer(1);
    assert_eq!(state.average(), None);
    let mut expected = None;
    for seed in 2..6 {
        state.step(&mut weights, &mut gradient(seed));
        let average = expected.get_or_insert(weights.second);
        *average = *average * 0.75 + weights.second * 0.25;
    }
    let last = weights.clone();
    let expected = expected.expect("there were steps");
    assert!((state.average().expect("there were steps").second - expected).norm() < 1e-12);

    state.swap_average(&mut weights);
    assert!((weights.second - expected).norm() < 1e-12);
    assert_eq!(weights.steps, last.steps, "not trained, so not averaged");
    state.swap_average(&mut weights);
    assert_eq!(*weights, *last);
    state.finish(&mut weights);
    assert!((weights.second - expected).norm() < 1e-12);
}

/// Undoing a step restores the weights up to rounding, with weight decay, clipping and accumulation too.
#[test]
fn adam_undoes_a_step() {
    let adam = Adam::new(0.1).weight_decay(0.2).global_clipnorm(1.0);
    for adam in [adam.clone(), adam.clone().amsgrad(true), adam.gradient_accumulation_steps(2)] {
        let batches = adam.config().gradient_accumulation_steps.max(1);
        let mut state = OptimizerState::new(adam);
        assert!(state.can_undo());
        let mut weights = layer(1);
        for seed in 0..4 * batches {
            state.step(&mut weights, &mut gradient(seed));
        }
        let before = weights.clone();
        for seed in 0..batches {
            state.step(&mut weights, &mut gradient(10 + seed));
        }
        assert!((weights.first - before.first).norm() > 1e-3);
        state.undo(&mut weights, &(), &gradient(2));
        assert!((weights.first - before.first).norm() < 1e-12, "{weights:?}, {before:?}");
        assert!((weights.second - before.second).norm() < 1e-12);
        let once = weights.clone();
        state.undo(&mut weights, &(), &gradient(2));
        assert_eq!(weights, once, "there is no second step to undo");
    }
}

/// A batch that only accumulates its gradient changes no weights, so there is nothing to undo.
#[test]
fn accumulating_is_not_undone() {
    let mut state = OptimizerState::new(Adam::new(0.1).gradient_accumulation_steps(2));
    let mut weights = layer(1);
    (0..3).for_each(|seed| state.step(&mut weights, &mut gradient(seed)));
    let before = weights.clone();
    state.undo(&mut weights, &(), &gradient(2));
    assert_eq!(weights, before);
}

/// Configuration and rule may change between two steps.
#[test]
fn an_optimizer_changes_between_steps() {
    let mut state = OptimizerState::new(Sgd::new(0.1));
    let mut weights = layer(1);
    state.step(&mut weights, &mut gradient(2));
    state.optimizer = Sgd::new(0.1).momentum(0.9).ema(0.5).gradient_accumulation_steps(2);
    (3..7).for_each(|seed| state.step(&mut weights, &mut gradient(seed)));
    assert!(state.average().is_some());
    state.optimizer.config_mut().learning_rate = 0.0.into();
    assert_eq!(state.learning_rate(), 0.0);
}

#[test]
fn a_learning_rate_is_debug_printed() {
    let of = |rate: LearningRate| format!("{rate:?}");
    assert_eq!(of(0.5.into()), "0.5");
    assert!(of(CosineDecay::new(0.1, 10).into()).ends_with("CosineDecay"));
    let scheduled = Adam::new(|step: u64| 1.0 / (1.0 + step as f64));
    assert_eq!(scheduled.config().learning_rate.at(3), 0.25);
}

/// Schedules of zero steps are valid.
#[test]
fn schedules_of_no_steps_are_finite() {
    let schedules: [LearningRate; 7] = [
        ExponentialDecay::new(0.1, 0, 0.5).into(),
        InverseTimeDecay::new(0.1, 0, 0.5).into(),
        PolynomialDecay::new(0.1, 0).cycle(true).into(),
        CosineDecay::new(0.1, 0).warmup(0.2, 0).into(),
        CosineDecayRestarts::new(0.1, 0).into(),
        LinearWarmup::new(0, 0.1).into(),
        OneCycle::new(0.1, 0).into(),
    ];
    for schedule in schedules {
        for step in [0, 1, 2, 1000] {
            assert!(schedule.at(step).is_finite(), "{schedule:?} at {step}");
        }
    }
}
