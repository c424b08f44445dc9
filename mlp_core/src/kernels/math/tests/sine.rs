//! Tests of sine and cosine.

use super::*;

kernel! {
    sin_kernel |x| sin(x);
    cos_kernel |x| cos(x);
    sin_of_turns_kernel |x| sin_of_turns(x);
    cos_of_turns_kernel |x| cos_of_turns(x);
}

bounds! {
    sin_is_accurate: sin_kernel, f64::sin, from -1e5, to 1e5, 4.0 ulp, 4.0 ulp;
    sin_is_accurate_at_small_angles: sin_kernel, f64::sin, from -10.0, to 10.0, 2.5 ulp, 2.5 ulp;
    cos_is_accurate: cos_kernel, f64::cos, from -1e5, to 1e5, 4.0 ulp, 4.0 ulp;
    cos_is_accurate_at_small_angles: cos_kernel, f64::cos, from -10.0, to 10.0, 2.5 ulp, 2.5 ulp;
}

/// Checks the scalars nearest to the multiples of `½ π`, where the sine or the cosine is smallest.
fn check_near_zeros<T: Elementary + Dispatch>() {
    let points: Vec<T> = (0..63_648).map(|k| T::nearest(f64::from(k) * core::f64::consts::FRAC_PI_2)).collect();
    check("sin", sin_kernel, &points, |i| points[i].widen().sin(), 4.0);
    check("cos", cos_kernel, &points, |i| points[i].widen().cos(), 4.0);
}

#[test]
fn sin_and_cos_are_accurate_near_their_zeros() {
    check_near_zeros::<f32>();
    check_near_zeros::<f64>();
}

/// Checks `sin² + cos² = 1`, and the sine itself up to an error of the angle, from 10⁵ to the largest scalar.
fn check_large_angles<T: Elementary + Dispatch>() {
    let last = T::max_value().widen().log2() - 0.01;
    let points: Vec<T> = (0..4096).map(|i| T::nearest((16.7 + (last - 16.7) * f64::from(i) / 4095.0).exp2())).collect();
    let (mut sines, mut cosines) = (Vec::new(), Vec::new());
    T::dispatch_to_each(|| sin_kernel(points.clone()), |_, results| sines.push(results));
    T::dispatch_to_each(|| cos_kernel(points.clone()), |_, results| cosines.push(results));
    for (sines, cosines) in sines.iter().zip(&cosines) {
        for ((x, sin), cos) in points.iter().zip(sines).zip(cosines) {
            let (x, sin, cos) = (x.widen(), sin.widen(), cos.widen());
            let ulp = x * T::epsilon().widen();
            assert!(sin.abs() <= 1.0 && cos.abs() <= 1.0, "sin {x} = {sin}, cos {x} = {cos}");
            assert!((sin * sin + cos * cos - 1.0).abs() <= 4.0 * ulp, "sin {x} = {sin}, cos {x} = {cos}");
            assert!(x > T::ANGLE_MAX.widen() || (sin - x.sin()).abs() <= 4.0 * ulp, "sin {x} = {sin}");
        }
    }
}

#[test]
fn sin_and_cos_of_large_angles_are_finite() {
    check_large_angles::<f32>();
    check_large_angles::<f64>();
}

#[test]
fn sin_and_cos_of_infinity_and_nan_are_nan() {
    for x in [f64::NEG_INFINITY, f64::INFINITY, f64::NAN] {
        assert!(sin(x as f32).is_nan() && cos(x as f32).is_nan() && sin(x).is_nan() && cos(x).is_nan(), "{x}");
    }
}

/// Returns the exact sine of a number of turns, with a shift by a multiple of a quarter.
fn turns(x: f64, quarters: f64) -> f64 {
    // Exact: at most an eighth of a turn remains. Around zero it is that of the sine or the cosine.
    let nearest = (4.0 * x).round();
    let rest = (x - nearest / 4.0) * core::f64::consts::TAU;
    match (nearest + quarters).rem_euclid(4.0) as u8 {
        0 => rest.sin(),
        1 => rest.cos(),
        2 => -rest.sin(),
        _ => -rest.cos(),
    }
}

fn check_turns<T: Elementary + Dispatch>() {
    for range in [1e-9, 0.26, 3.0, 1e5] {
        let points = points::<T>(-range, range);
        check("sin of turns", sin_of_turns_kernel, &points, |i| turns(points[i].widen(), 0.0), 4.0);
        check("cos of turns", cos_of_turns_kernel, &points, |i| turns(points[i].widen(), 1.0), 4.0);
    }
}

#[test]
fn sin_and_cos_of_turns_are_accurate() {
    check_turns::<f32>();
    check_turns::<f64>();
}

#[test]
fn sin_and_cos_of_turns_have_exact_zeros_and_an_exact_period() {
    for quarter in -4096..4096_i32 {
        let sine = [0.0, 1.0, 0.0, -1.0][quarter.rem_euclid(4) as usize];
        let cosine = [1.0, 0.0, -1.0, 0.0][quarter.rem_euclid(4) as usize];
        let x = f64::from(quarter) / 4.0;
        for (found, exact) in [(sin_of_turns(x), sine), (cos_of_turns(x), cosine)] {
            assert!((found - exact).abs() <= 4.0 * f64::EPSILON * f64::abs(exact), "{found}, not {exact}: {x} turns");
        }
        for (found, exact) in [(sin_of_turns(x as f32), sine as f32), (cos_of_turns(x as f32), cosine as f32)] {
            assert!((found - exact).abs() <= 4.0 * f32::EPSILON * f32::abs(exact), "{found}, not {exact}: {x} turns");
        }
        let between = f64::from(quarter * 37) / 1024.0;
        assert_eq!(sin_of_turns(between), sin_of_turns(between + 1.0), "{between} turns");
        assert_eq!(cos_of_turns(between), cos_of_turns(between - 5.0), "{between} turns");
    }
    for x in [f64::NEG_INFINITY, f64::INFINITY, f64::NAN] {
        assert!(sin_of_turns(x).is_nan() && cos_of_turns(x as f32).is_nan(), "{x} turns");
    }
}
