//! Tests of the sigmoids.

use super::super::double_double::DoubleDouble;
use super::*;

kernel! {
    sigmoid_kernel |x| sigmoid(x);
    softplus_kernel |x| softplus(x);
    log_of_logit_kernel |x| logit(x).log;
    gate_of_logit_kernel |x| logit(x).gate;
    gate_kernel |x| sigmoid_and_rest(x).gate;
    rest_kernel |x| sigmoid_and_rest(x).rest;
    difference_kernel |x| sigmoid_and_rest(x).difference;
}

bounds! {
    sigmoid_is_accurate: sigmoid_kernel, |x| rest(-x), from -86.0, to 86.0, 3.0 ulp, 3.0 ulp;
    softplus_is_accurate: softplus_kernel, |x| x.max(0.0) + (-x.abs()).exp().ln_1p(), from -86.0, to 86.0, 4.0 ulp, 4.0 ulp;
    log_of_logit_is_accurate: log_of_logit_kernel, |x| (-x.abs()).exp().ln_1p(), from -86.0, to 86.0, 4.0 ulp, 5.0 ulp;
    gate_of_logit_is_accurate: gate_of_logit_kernel, |x| rest(-x), from -86.0, to 86.0, 4.0 ulp, 5.0 ulp;
    a_gate_is_accurate: gate_kernel, |x| rest(-x), from -86.0, to 86.0, 4.0 ulp, 4.0 ulp;
    the_rest_of_a_gate_is_accurate: rest_kernel, rest, from -86.0, to 86.0, 4.0 ulp, 4.0 ulp;
    the_difference_of_gate_and_rest_is_accurate: difference_kernel, |x| -(x / 2.0).tanh(), from -86.0, to 86.0, 4.0 ulp, 4.0 ulp;
}

limits! {
    sigmoid_saturates: sigmoid_kernel [0.0, 0.0, 1.0, 1.0];
    softplus_saturates: softplus_kernel [0.0, 0.0, 1e30, f64::INFINITY];
    log_of_logit_saturates: log_of_logit_kernel [0.0; 4];
    gate_of_logit_saturates: gate_of_logit_kernel [0.0, 0.0, 1.0, 1.0];
    a_gate_saturates: gate_kernel [0.0, 0.0, 1.0, 1.0];
    the_rest_of_a_gate_saturates: rest_kernel [1.0, 1.0, 0.0, 0.0];
    the_difference_of_gate_and_rest_saturates: difference_kernel [1.0, 1.0, -1.0, -1.0];
}

/// Returns `1 / (1 + eˣ)`.
fn rest(x: f64) -> f64 {
    (DoubleDouble::from(1.0) / (DoubleDouble::from(x).exp() + 1.0.into())).to_f64()
}

#[test]
fn a_sigmoid_is_at_most_one() {
    fn check<T: Elementary + Dispatch>() {
        let points = patterns::<T>(1e-3, 100.0, 2503);
        let within = |set: &str, results: Vec<T>| {
            let above = points.iter().zip(&results).find(|&(_, &y)| y.is_nan() || y > T::one());
            assert!(above.is_none(), "{set}: {above:?}");
        };
        T::dispatch_to_each(|| sigmoid_kernel(points.clone()), within);
    }
    check::<f32>();
    check::<f64>();
}
