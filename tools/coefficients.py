"""Computes the polynomials of mlp_core/src/kernels/math/mod.rs and reference values for its tests.

Writes mlp_core/src/kernels/math/coefficients.rs and .../math/normal_reference.rs. Needs `pip install mpmath`; run
`cargo fmt` after it. Prints the error of each polynomial, as a power of two.
"""

from pathlib import Path
from struct import pack, unpack

from mpmath import atanh, chebyfit, erfc, exp, expm1, log, mp, mpf, ncdf, npdf, nstr, sqrt

mp.dps = 60
FOLDER = Path(__file__).parent.parent / "mlp_core/src/kernels/math"


def exponential(r):
    """(eʳ − 1 − r) / r²"""
    return (expm1(r) - r) / r**2 if abs(r) > mpf(10) ** -20 else 1 / mpf(2) + r / 6


def logarithm(square):
    """(2 atanh(s) − 2 s) / s³ with s² = square"""
    s = sqrt(square)
    return 2 * (atanh(s) - s) / s**3 if s > mpf(10) ** -15 else 2 / mpf(3)


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


def polynomial(function, interval, terms, scalar):
    """Returns the coefficients of a nearly optimal polynomial, highest power first."""
    coefficients, error = chebyfit(function, interval, terms, error=True)
    print(scalar, function.__name__, f"2^{float(log(error, 2)):.1f}")
    return "&[" + ", ".join(literal(c, scalar) for c in coefficients) + "]"


def constants(scalar, mantissa, bias, ln_2_bits, terms, tail, center, farthest):
    """Returns the constants of a scalar.

    `tail` extends the interval ± ½ ln 2 of the exponential; `farthest` is the end of the normal tail.
    """
    ln_2 = log(mpf(2))
    high = mpf(int(ln_2 * 2**ln_2_bits)) / 2**ln_2_bits
    exponential_terms, logarithm_terms, mills_terms = terms
    half = ln_2 / 2 + tail
    last = mpf(farthest - center) / (farthest + center)
    values = {
        "ROUND": mpf(3) / 2 * 2**mantissa,
        "ROUND_SQUARE": mpf(3) / 2 * 2 ** (mantissa - (8 if scalar == "f32" else 20)),
        "BIAS": mpf(bias),
        "EXP_LEAST": nstr((1 - bias) * ln_2, 4),
        "EXP_MOST": nstr((bias + 2) * ln_2, 4),
        "NEGATIVE_LN_2_HIGH": -high,
        "NEGATIVE_LN_2_LOW": high - ln_2,
        "NORMAL_CENTER": mpf(center),
        "NORMAL_FARTHEST": mpf(farthest),
    }
    tables = {
        "EXPM1": polynomial(exponential, [-half, half], exponential_terms, scalar),
        "LOG1P": polynomial(logarithm, [0, mpf(1) / 9], logarithm_terms, scalar),
        "MILLS": polynomial(mills(center), [-1, last], mills_terms, scalar),
    }
    lines = [f"const {name}: Self = {literal(mpf(value), scalar)};" for name, value in values.items()]
    lines += [f"const {name}: &'static [Self] = {table};" for name, table in tables.items()]
    return f"impl Elementary for {scalar} {{ {' '.join(lines)} }}\n"


HEAD = "//! Written by `tools/coefficients.py`.\n\n"
(FOLDER / "coefficients.rs").write_text(
    HEAD
    + "use super::Elementary;\n\n"
    + constants("f32", 23, 127, 15, (5, 5, 10), mpf("0.028"), 4, 14)
    + constants("f64", 52, 1023, 40, (10, 10, 23), mpf("2e-5"), 4, 38)
)
points = [mpf(k) / 4 + mpf(k % 7) / 64 for k in range(-149, 25)] + [mpf(k) / 32 for k in range(-61, 32)]
rows = ", ".join(str(tuple(float(nstr(x, 40)) for x in (z, ncdf(z), npdf(z)))) for z in points)
(FOLDER / "normal_reference.rs").write_text(
    HEAD + f"/// `(x, Φ(x), φ(x))`\npub(super) const NORMAL: &[(f64, f64, f64)] = &[{rows}];\n"
)
