//! Code of `residual!`: values, derivatives and streams.

mod evaluation;

use evaluation::check;
use mlp::residual;
use mlp::residuals::Residual;

residual! {
    /// Viscous Burgers' equation, u_t + u u_x = nu u_xx.
    struct Burgers { nu: f64 }
    (x, t) -> u { u.t + u * u.x - nu * u.xx }
}

residual! {
    /// Poisson's equation.
    struct Poisson;
    (x, y) -> u { laplacian(u) = x * y.exp() }
}

residual! {
    /// Allen-Cahn equation.
    struct AllenCahn;
    (x, t) -> u { u.t - 0.0001 * u.xx + 5 * u.powi(3) - 5 * u }
}

residual! {
    /// Steady flow of an incompressible fluid, as in Kovasznay's solution.
    struct Flow { reynolds: f64 }
    (x, y) -> (u, v, p) {
        continuity: u.x + v.y,
        momentum_x: u * u.x + v * u.y + p.x - laplacian(u) / reynolds,
        momentum_y: u * v.x + v * v.y + p.y - laplacian(v) / reynolds,
    }
}

#[test]
fn burgers() {
    assert_eq!(Burgers::DIRECTIONS, [0, 1]);
    assert_eq!(Burgers::SECOND, [&[(0, 0)]]);
    check(Burgers { nu: 0.7 }, (-1.0, 1.0), |r, _, u| vec![u[2] + u[0] * u[1] - r.nu * u[3]]);
}

#[test]
fn a_laplacian_is_one_stream() {
    assert_eq!(Poisson::SECOND, [&[(0, 0), (1, 1)]]);
    check(Poisson, (-1.0, 1.0), |_, x, u| vec![u[3] - x[0] * x[1].exp()]);
}

#[test]
fn allen_cahn() {
    assert_eq!(AllenCahn::SECOND, [&[(0, 0)]]);
    check(AllenCahn, (-1.0, 1.0), |_, _, u| vec![u[2] - 0.0001 * u[3] + 5.0 * u[0].powi(3) - 5.0 * u[0]]);
}

#[test]
fn systems_share_their_streams() {
    assert_eq!(Flow::EQUATIONS, ["continuity", "momentum_x", "momentum_y"]);
    assert_eq!(Flow::SECOND, [&[(0, 0), (1, 1)]]);
    check(Flow { reynolds: 20.0 }, (-1.0, 1.0), |r, _, s| {
        let [u, v, _, u_x, v_x, p_x, u_y, v_y, p_y, u_xx, v_xx, _] = s.try_into().unwrap();
        vec![u_x + v_y, u * u_x + v * u_y + p_x - u_xx / r.reynolds, u * v_x + v * v_y + p_y - v_xx / r.reynolds]
    });
}
