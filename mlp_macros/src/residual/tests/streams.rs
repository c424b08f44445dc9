//! The streams that equations need.

use crate::residual::ast::Items;
use crate::residual::equations::analyze;
use crate::residual::streams::Streams;

#[track_caller]
fn check(source: &str, directions: &[usize], second: &[&[(usize, usize)]]) {
    let items: Items = syn::parse_str(&format!("struct Test {{ k: f64 }} {source}")).unwrap();
    let streams = analyze(&items.0[0]).map(|equations| equations.streams);
    let streams = streams.unwrap_or_else(|errors| panic!("{:?}", errors.into_iter().next()));
    let second = second.iter().map(|pairs| pairs.to_vec()).collect();
    assert_eq!(streams, Streams { directions: directions.to_vec(), second }, "{source}");
}

#[test]
fn only_needed_streams_are_computed() {
    check("(x, t) -> u { u * k }", &[], &[]);
    check("(x, t) -> u { u.t = k * x }", &[1], &[]);
    check("(x, t) -> u { u.t + k * u * u.x }", &[0, 1], &[]);
    check("(x, t) -> u { u.t = k * u.xx }", &[0, 1], &[&[(0, 0)]]);
    check("(x, y) -> u { u.xy = k }", &[0, 1], &[&[(0, 1)]]);
    check("(x, y) -> u { u.yx = k * u.xy + 1 }", &[0, 1], &[&[(0, 1)]]);
    check("(x, y, t) -> (u, v) { u.xx = k * v, v.tt = u }", &[0, 2], &[&[(0, 0)], &[(2, 2)]]);
    check("(x, t) -> u { u.t + k * (u.xx - u.xx) }", &[1], &[]);
}

#[test]
fn sums_of_second_derivatives_are_one_stream() {
    let laplacian: &[&[(usize, usize)]] = &[&[(0, 0), (1, 1)]];
    check("(x, y) -> u { u.xx + u.yy = k }", &[0, 1], laplacian);
    check("(x, y) -> u { -k * (u.xx + u.yy) = u }", &[0, 1], laplacian);
    check("(x, y) -> u { k * u.xx + u.yy * k = u }", &[0, 1], laplacian);
    check("(x, y) -> u { u * u.xx + u * u.yy = k }", &[0, 1], laplacian);
    check("(x, y) -> (u, v) { laplacian(u) = k * v, laplacian(v) / k = u }", &[0, 1], laplacian);
    check("(x, y) -> (u, v) { u.xx + u.yy = k, v.xx + v.yy = u + u.xx + u.yy }", &[0, 1], laplacian);
    check("(x, y) -> u { (k * u.x).x + (k * u.y).y = u }", &[0, 1], laplacian);
    check("(x, y) -> u = x * y + x * net { laplacian(u) = k }", &[0, 1], laplacian);
    check("(x, y, z) -> u { laplacian(u) = k }", &[0, 1, 2], &[&[(0, 0), (1, 1), (2, 2)]]);
    check("(x, y, t) -> u { u.t = k * laplacian(u, x, y) }", &[0, 1, 2], laplacian);
    check("(x, y) -> u { u.xx + u.xy + u.yy = k }", &[0, 1], &[&[(0, 0), (0, 1), (1, 1)]]);
    let both: &[&[(usize, usize)]] = &[&[(0, 0), (1, 1)], &[(0, 1)]];
    check("(x, y) -> u { u.xx + 2 * u.xy + u.yy = k }", &[0, 1], both);
}

#[test]
fn other_second_derivatives_stay_apart() {
    let apart: &[&[(usize, usize)]] = &[&[(0, 0)], &[(1, 1)]];
    check("(x, y) -> u { u.xx + k * u.yy }", &[0, 1], apart);
    check("(x, y) -> u { u.xx - u.yy = k }", &[0, 1], apart);
    check("(x, y) -> u { u.xx * u.yy = k }", &[0, 1], apart);
    check("(x, y) -> u { (u.xx + u.yy).powi(2) = k }", &[0, 1], apart);
    check("(x, y) -> u { u.xx + u.yy = k, u.xx = x }", &[0, 1], apart);
    check("(x, y) -> (u, v) { u.xx + u.yy = k, v.xx = u }", &[0, 1], apart);
    check("(x, y) -> (u, v) { u.xx + v.yy = k }", &[0, 1], apart);
}
