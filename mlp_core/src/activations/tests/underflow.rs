//! No activation has subnormal intermediate values, which are slow, for arguments of any size that inputs which were not
//! scaled lead to.

use super::super::elementwise::for_each_activation;
use super::super::loops::Formula;
use super::super::*;
use super::FEATURES;
use super::elementwise::pass;
use crate::kernels::Dispatch;
use crate::kernels::tests::underflow::{has_multiply_add, take_underflow};

/// Checks value and derivative next to powers of 2 from 2⁻⁵⁰ on, and at points that are evenly spaced to where exponentials
/// are zero. Squares of a power itself are exact, so that a subnormal one would not be an underflow. Next to `end`, where the
/// function reaches the smallest normal number, subnormal values may occur.
fn check<A: Formula, T: Scalar + Dispatch>(end: f64) {
    let far = -T::min_positive_value().to_f64().ln() * 1.2;
    let powers = (-50..20).flat_map(|exponent| [1.0, 1.1, 1.3, 1.7].map(|factor| factor * f64::from(exponent).exp2()));
    let even = (0..200).map(|i| far * f64::from(i) / 200.0);
    for z in powers.chain(even).flat_map(|z| [z, -z]).filter(|z| (z.abs() / end - 1.0).abs() > 0.03) {
        let values = vec![T::from_f64(z); FEATURES * 16];
        T::dispatch_to_each(
            || {
                let kernel = pass::<A, T>(&values);
                take_underflow();
                kernel
            },
            |set, _| assert!(!take_underflow() || !has_multiply_add(set), "{set}, an argument of {z:e}"),
        );
    }
}

macro_rules! tests {
    ($($name:ident)*) => {$(
        #[test]
        fn $name() {
            fn check_scalar<T: Scalar + Dispatch>() {
                let end = -T::min_positive_value().to_f64().ln();
                // The others end where e⁻ᶻ does, `gelu` where exp(−z²/2) does.
                check::<super::super::$name, T>(if stringify!($name) == "gelu" { (2.0 * end).sqrt() } else { end });
            }
            check_scalar::<f32>();
            check_scalar::<f64>();
        }
    )*};
}

for_each_activation!(tests);
