//! Functions of one input, from 1000 samples.

use std::error::Error;
use std::f64::consts::TAU;

use mlp::prelude::*;
use nalgebra::DVector;

use super::Budget;

sequential! {
    struct Sine: f64 { Dense(1 => 10, tanh), Dense(10 => 10, tanh), Dense(10 => 1) }
    struct Sinc: f64 { Dense(1 => 20, tanh), Dense(20 => 1) }
}

/// Mean squared error at which a training ends.
const GOAL: f64 = 1e-8;
/// Max number of iterations.
const ITERATIONS: usize = 2000;

/// Trains the network of the tutorial.
pub fn sine(seed: u64, budget: Budget) -> Result<bool, Box<dyn Error>> {
    let x = linspace(0.0, TAU, 1000);
    reaches_goal(Sine::new(seed), &x, &x.map(f64::sin), budget)
}

/// Trains a network with 61 parameters on sin(10x) / (10x).
pub fn sinc(seed: u64, budget: Budget) -> Result<bool, Box<dyn Error>> {
    let x = linspace(-1.0, 1.0, 1000);
    let y = x.map(|x: f64| (10.0 * x).sin() / (10.0 * x));
    reaches_goal(Sinc::new(seed), &x, &y, budget)
}

fn reaches_goal<N>(network: Box<N>, x: &DVector<f64>, y: &DVector<f64>, budget: Budget) -> Result<bool, Box<dyn Error>>
where
    N: Network<Scalar = f64, Input = Features<1>, Output = Features<1>> + mlp::layers::TwiceDifferentiable,
{
    let mut model = network.compile(LevenbergMarquardt::new(), MeanSquaredError);
    let stop_at_goal = |status: &mut Status| {
        if status.get("loss").is_some_and(|loss| loss < GOAL) {
            status.stop();
        }
    };
    let fit = Fit::new().epochs(budget.epochs(ITERATIONS)).verbose(Verbose::Silent).on_epoch_end(stop_at_goal);
    model.fit(x, y, fit)?;
    Ok(model.evaluate(x, y)?.loss < GOAL)
}
