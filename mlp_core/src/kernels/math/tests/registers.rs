//! Tests of the operations of registers that optimizers use.

use super::*;
use crate::kernels::square_or_zero;
use crate::random::Rng;

kernel! {
    root_kernel |x| x.root();
    flush_kernel |x| x.flush_subnormals();
    square_kernel |x| square_or_zero(x);
}

fn check_roots<T: Elementary + Dispatch>() {
    let mut rng = Rng::new(0);
    let (max, min) = (T::max_value().widen().log2() - 0.01, T::min_positive_value().widen().log2());
    let values: Vec<T> = (0..1 << 16).map(|_| T::nearest((min + (max - min) * rng.uniform()).exp2())).collect();
    T::dispatch_to_each(
        || root_kernel(values.clone()),
        |set, roots| {
            let differs = roots.iter().zip(&values).find(|&(&root, &x)| root != x.sqrt());
            assert!(differs.is_none(), "{set}: {differs:?}");
        },
    );
}

#[test]
fn roots_have_the_bits_of_the_divider() {
    check_roots::<f32>();
    check_roots::<f64>();
}

fn check_ends_of_roots<T: Elementary + Dispatch>() {
    let only = |x: T| vec![x; 16];
    for x in [T::zero(), T::min_positive_value(), T::max_value()] {
        T::dispatch_to_each(|| root_kernel(only(x)), |set, y| assert_eq!(y[0], x.sqrt(), "{set}"));
    }
    T::dispatch_to_each(|| root_kernel(only(T::infinity())), |set, y| assert!(y[0].widen() > 1e18, "{set}: {}", y[0]));
    T::dispatch_to_each(|| root_kernel(only(T::nan())), |set, y| assert!(y[0].is_nan(), "{set}"));
}

#[test]
fn roots_keep_nan_and_zero() {
    check_ends_of_roots::<f32>();
    check_ends_of_roots::<f64>();
}

fn check_squares<T: Elementary + Dispatch>() {
    let min = (T::min_positive_value() * T::nearest(1024.0)).sqrt();
    let below = min - min * T::epsilon();
    let large = [min, T::nearest(1.5), T::max_value(), T::infinity()];
    let values: Vec<T> = large.into_iter().chain([below, T::min_positive_value(), T::zero(), T::nan()]).collect();
    let values: Vec<T> = values.iter().map(|&x| -x).chain(values.iter().copied()).collect();
    T::dispatch_to_each(
        || square_kernel(values.clone()),
        |set, squares| {
            for (half, values) in squares.chunks(8).zip(values.chunks(8)) {
                assert_eq!(half[..4], values[..4].iter().map(|&x| x * x).collect::<Vec<T>>(), "{set}");
                assert_eq!(half[4..7], [T::zero(); 3], "{set}");
                assert!(half[7].is_nan(), "{set}");
            }
        },
    );
}

#[test]
fn squares_are_zero_where_a_thousandth_would_be_subnormal() {
    check_squares::<f32>();
    check_squares::<f64>();
}

fn check_flush<T: Elementary + Dispatch>() {
    let min = T::min_positive_value();
    let below = min - min * T::epsilon();
    assert!(below.is_subnormal());
    let (normal, subnormal) =
        ([min, T::nearest(1.0), T::max_value(), T::infinity(), T::zero()], [below, min * T::epsilon()]);
    let values: Vec<T> =
        normal.into_iter().chain(subnormal).flat_map(|x| [x, -x]).chain([T::nan(), T::nan()]).collect();
    T::dispatch_to_each(
        || flush_kernel(values.clone()),
        |set, flushed| {
            assert_eq!(flushed[..10], values[..10], "{set}");
            assert_eq!(flushed[10..14], [T::zero(); 4], "{set}");
            assert!(flushed[14..].iter().all(|x| x.is_nan()), "{set}");
        },
    );
}

#[test]
fn subnormal_scalars_alone_are_flushed() {
    check_flush::<f32>();
    check_flush::<f64>();
}
