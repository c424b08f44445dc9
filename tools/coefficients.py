"""Computes the polynomials of mlp_core/src/kernels/math/mod.rs and the reference values of its tests.

Writes mlp_core/src/kernels/math/coefficients.rs and .../math/normal_reference.rs. Needs `pip install mpmath`; run
`cargo fmt` after it. Prints the error of each polynomial, as a power of two.
"""

from pathlib import Path
from struct import pack, unpack

from mpmath import atanh, chebyfit, coth, erfc, exp, expm1, floor, log, log1p, mp, mpf, ncdf, nint, npdf, nstr, pi
from mpmath import sin, sqrt, tanh

mp.dps = 60
FOLDER = Path(__file__).parent.parent / "mlp_core/src/kernels/math"


def exponential(r):
    """(eʳ − 1 − r) / r²"""
    return (expm1(r) - r) / r**2 if abs(r) > mpf(10) ** -20 else 1 / mpf(2) + r / 6


def logarithm(square):
    """(2 atanh(s) − 2 s) / s³ with s² = square"""
    s = sqrt(square)
    return 2 * (atanh(s) - s) / s**3 if s > mpf(10) ** -15 else 2 / mpf(3)


def logarithm_of_sum(u):
    """ln(1 + u) / u"""
    return log1p(u) / u if abs(u) > mpf(10) ** -20 else 1 - u / 2


def curved_logarithm(f):
    """(ln(1 + f) − f) / f²"""
    return (log1p(f) - f) / f**2 if abs(f) > mpf(10) ** -20 else f / 3 - 1 / mpf(2)


def hyperbolic_tangent(square):
    """(tanh r − r) / r³ with r² = square"""
    r = sqrt(square)
    return (tanh(r) - r) / r**3 if r > mpf(10) ** -12 else -1 / mpf(3)


def hyperbolic_cotangent(square):
    """(r coth(r/2) − 2) / r² with r² = square"""
    r = sqrt(square)
    return (r * coth(r / 2) - 2) / r**2 if r > mpf(10) ** -15 else 1 / mpf(6)


def sine(square):
    """(sin r − r) / r³ with r² = square"""
    r = sqrt(square)
    return (sin(r) - r) / r**3 if r > mpf(10) ** -12 else -1 / mpf(6)


def mills(center):
    """(a + c) (1 − Φ(a)) / (√(2π) φ(a)) as a function of t = (a − c) / (a + c)"""

    def mills_ratio(t):
        a = center * (1 + t) / (1 - t)
        return (a + center) * erfc(a / sqrt(2)) / 2 * exp(a * a / 2)

    return mills_ratio


def literal(x, scalar):
    """Returns the shortest decimal that rounds to the scalar nearest to x."""
    double = float(nstr(mpf(x), 40))
    if scalar == "f64":
        return repr(double)
    single = unpack("f", pack("f", double))[0]
    texts = (repr(float(f"{single:.{digits}g}")) for digits in range(1, 10))
    return next(text for text in texts if unpack("f", pack("f", float(text)))[0] == single)


def polynomial(function, interval, terms, scalar, constant=None):
    """Returns the coefficients of a near-minimax polynomial, highest power first, and below them a constant if given."""
    if terms == 0:
        return "&[]"
    coefficients, error = chebyfit(function, interval, terms, error=True)
    print(scalar, function.__name__, f"2^{float(log(error, 2)):.1f}")
    coefficients += [] if constant is None else [constant]
    return "&[" + ", ".join(literal(c, scalar) for c in coefficients) + "]"


def parts(value, bits, count, scalar):
    """Returns scalars with the sum `value`: all of them but the last have at most `bits` bits."""
    texts = []
    for _ in range(count - 1):
        step = mpf(2) ** (floor(log(abs(value), 2)) + 1 - bits)
        texts.append(literal(nint(value / step) * step, scalar))
        value -= nint(value / step) * step
    return "&[" + ", ".join([*texts, literal(value, scalar)]) + "]"


def constants(scalar, mantissa, bias, ln_2_bits, pi_parts, terms, tails, center, end):
    """Returns the constants of a scalar type.

    EXPM1 covers ± (½ ln 2 + the first tail), SIN covers ± (½ π + the second tail), COTH_OF_HALF covers
    ± (½ ln 2 + the third tail) and TANH half of that, and the normal tail is zero above `end`.
    A polynomial of zero terms is empty.
    """
    ln_2 = log(mpf(2))
    high = mpf(int(ln_2 * 2**ln_2_bits)) / 2**ln_2_bits
    exponential_terms, logarithm_terms, mills_terms, sine_terms, tanh_terms, coth_terms = terms[:6]
    sum_terms, curved_terms = terms[6:]
    half, quarter_turn = ln_2 / 2 + tails[0], pi / 2 + tails[1]
    last = mpf(end - center) / (end + center)
    values = {
        "ROUND": mpf(3) / 2 * 2**mantissa,
        "ROUND_SQUARE": mpf(3) / 2 * 2 ** (mantissa - (8 if scalar == "f32" else 20)),
        "INTEGERS": mpf(2) ** mantissa,
        "MANTISSA": mpf(mantissa),
        "BIAS": mpf(bias),
        "OFFSET": mpf(2) ** ((3 - bias) // 2),
        "EXP_MIN": nstr((1 - bias) * ln_2, 4),
        "EXP_MAX": nstr((bias + 2) * ln_2, 4),
        "NEGATIVE_LN_2_HIGH": -high,
        "NEGATIVE_LN_2_LOW": high - ln_2,
        "ANGLE_MAX": mpf(2) ** (mantissa - 1),
        "NORMAL_CENTER": mpf(center),
        "NORMAL_MAX": mpf(end),
    }
    narrow = ln_2 / 2 + tails[2]
    tables = {
        "EXPM1": polynomial(exponential, [-half, half], exponential_terms, scalar),
        "TANH": polynomial(hyperbolic_tangent, [0, narrow**2 / 4], tanh_terms, scalar),
        "COTH_OF_HALF": polynomial(hyperbolic_cotangent, [0, narrow**2], coth_terms, scalar, mpf(2)),
        "LOG1P": polynomial(logarithm, [0, mpf(1) / 9], logarithm_terms, scalar),
        "LN_OF_SUM": polynomial(logarithm_of_sum, [0, 1], sum_terms, scalar),
        "LN": polynomial(curved_logarithm, [mpf("-0.2932"), mpf("0.5")], curved_terms, scalar),
        "NEGATIVE_PI": parts(-pi, *pi_parts, scalar),
        "SIN": polynomial(sine, [0, quarter_turn**2], sine_terms, scalar),
        "MILLS": polynomial(mills(center), [-1, last], mills_terms, scalar),
    }
    lines = [f"const {name}: Self = {literal(mpf(value), scalar)};" for name, value in values.items()]
    lines += [f"const {name}: &'static [Self] = {table};" for name, table in tables.items()]
    return f"impl Elementary for {scalar} {{ {' '.join(lines)} }}\n"


TAILS_32, TAILS_64 = (mpf("0.028"), mpf("0.02"), mpf("2e-4")), (mpf("2e-5"), mpf("2e-5"), mpf("2e-5"))
ORIGIN = "Generated by `tools/coefficients.py`.\n\n"
(FOLDER / "coefficients.rs").write_text(
    "//! Constants of the elementary functions. "
    + ORIGIN
    + "use super::Elementary;\n\n"
    + constants("f32", 23, 127, 15, (8, 5), (5, 5, 10, 5, 3, 2, 10, 9), TAILS_32, 4, mpf("13.21875"))
    + constants("f64", 52, 1023, 40, (33, 3), (10, 10, 23, 8, 6, 5, 0, 0), TAILS_64, 4, mpf("37.640625"))
)
points = [mpf(k) / 4 + mpf(k % 7) / 64 for k in range(-149, 25)] + [mpf(k) / 32 for k in range(-61, 32)]
rows = ", ".join(str(tuple(float(nstr(x, 40)) for x in (z, ncdf(z), npdf(z)))) for z in points)
(FOLDER / "normal_reference.rs").write_text(
    "//! Values of the normal distribution. "
    + ORIGIN
    + f"/// `(x, Φ(x), φ(x))`\npub(super) const NORMAL: &[(f64, f64, f64)] = &[{rows}];\n"
)
