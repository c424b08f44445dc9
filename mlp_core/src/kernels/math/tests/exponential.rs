//! Tests of the exponentials.

use super::*;

kernel! {
    exp_kernel |x| exp(x);
    expm1_kernel |x| expm1(x);
}

bounds! {
    exp_is_accurate: exp_kernel, f64::exp, from -86.0, to 88.7, 1.5 ulp, 1.5 ulp;
    expm1_is_accurate: expm1_kernel, f64::exp_m1, from -80.0, to 39.0, 2.5 ulp, 2.5 ulp;
}

limits! {
    exp_saturates: exp_kernel [0.0, 0.0, f64::INFINITY, f64::INFINITY];
}

#[test]
fn expm1_is_minus_one_far_below_zero() {
    assert_eq!([expm1(-1e30f32), expm1(f32::NEG_INFINITY)], [-1.0; 2]);
    assert_eq!([expm1(-1e30f64), expm1(f64::NEG_INFINITY)], [-1.0; 2]);
    assert!(expm1(f64::NAN).is_nan());
}
