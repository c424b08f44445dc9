//! Compares the kernels with the rules for single numbers, and their backward passes with the derivatives of these rules:
//! all instruction sets, both scalar types, odd sizes.

use core::ops::{Add, Mul};

use super::{
    ActivationDerivatives, Dispatch, Real, StreamTile, StreamTileMut, Streams, Tile, TileMut, elementwise, product,
};
use crate::kernels::{Kernel, Vector};
use crate::random::Rng;
use crate::tile::{Buffer, LANES};

/// Streams of all kinds: none, first derivatives alone, second derivatives of one pair, of squares, of several, of mixed ones,
/// of none.
const STREAMS: [Streams<'_>; 11] = [
    Streams::VALUE,
    Streams { directions: 1, second: &[] },
    Streams { directions: 3, second: &[] },
    Streams { directions: 1, second: &[&[(0, 0)]] },
    Streams { directions: 2, second: &[&[(0, 0)]] },
    Streams { directions: 2, second: &[&[(1, 1)]] },
    Streams { directions: 2, second: &[&[(0, 0), (1, 1)]] },
    Streams { directions: 2, second: &[&[(0, 0)], &[(0, 1)], &[(1, 1)]] },
    Streams { directions: 3, second: &[&[(0, 0), (1, 1), (2, 2)]] },
    Streams { directions: 4, second: &[&[(3, 1), (1, 3), (2, 2)], &[(0, 3)], &[(1, 1), (1, 1)]] },
    Streams { directions: 2, second: &[&[], &[(1, 0)]] },
];
const FEATURES: [usize; 4] = [1, 2, 3, 7];
/// Less than a register, a whole one, one more, and a tile whose stride is longer than its features.
const SAMPLES: [usize; 5] = [1, 15, 16, 17, 256];

/// A number of the reference.
trait Number: Copy + From<f64> + Add<Output = Self> + Mul<Output = Self> {
    fn sin_cos(self) -> (Self, Self);
}

impl Number for f64 {
    fn sin_cos(self) -> (Self, Self) {
        self.sin_cos()
    }
}

/// A value and its derivative.
#[derive(Clone, Copy)]
struct Dual(f64, f64);

impl From<f64> for Dual {
    fn from(value: f64) -> Self {
        Self(value, 0.0)
    }
}

impl Add for Dual {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0, self.1 + other.1)
    }
}

impl Mul for Dual {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self(self.0 * other.0, self.1 * other.0 + self.0 * other.1)
    }
}

impl Number for Dual {
    fn sin_cos(self) -> (Self, Self) {
        let (sin, cos) = self.0.sin_cos();
        (Self(sin, cos * self.1), Self(cos, -sin * self.1))
    }
}

/// Returns the streams of `sin z` from those of `z`.
fn sine<N: Number>(streams: Streams<'_>, z: &[N]) -> Vec<N> {
    let (sin, cos) = z[0].sin_cos();
    let (first, second) = z[1..].split_at(streams.directions);
    let firsts = first.iter().map(|&z| cos * z);
    let seconds = second.iter().zip(streams.second).map(|(&z, pairs)| {
        let products = pairs.iter().fold(0.0.into(), |sum: N, &(i, j)| sum + first[i] * first[j]);
        cos * z + sin * products * (-1.0).into()
    });
    [sin].into_iter().chain(firsts).chain(seconds).collect()
}

/// Returns the streams of `a b`.
fn multiplied<N: Number>(streams: Streams<'_>, a: &[N], b: &[N]) -> Vec<N> {
    let mixed = |k: usize| {
        let pairs = streams.second[k].iter();
        pairs.fold(0.0.into(), |sum: N, &(i, j)| sum + a[1 + i] * b[1 + j] + a[1 + j] * b[1 + i])
    };
    let derivative = |s: usize| {
        let product = a[s] * b[0] + a[0] * b[s];
        (s - 1).checked_sub(streams.directions).map_or(product, |k| product + mixed(k))
    };
    [a[0] * b[0]].into_iter().chain((1..streams.count()).map(derivative)).collect()
}

/// Returns the gradient of `Σ dy y` with respect to each element of `x`, where `y = f(x)`.
fn gradient(dy: &[f64], x: &[f64], f: impl Fn(&[Dual]) -> Vec<Dual>) -> Vec<f64> {
    let along = |direction: usize| {
        let x: Vec<_> = x.iter().enumerate().map(|(i, &x)| Dual(x, f64::from(i == direction))).collect();
        f(&x).iter().zip(dy).map(|(y, dy)| y.1 * dy).sum()
    };
    (0..x.len()).map(along).collect()
}

/// Streams in memory of their own.
#[derive(Clone)]
struct Owned<T: Real> {
    streams: Streams<'static>,
    features: usize,
    samples: usize,
    value: Buffer<T>,
    derivatives: Buffer<T>,
}

impl<T: Real> Owned<T> {
    /// Creates streams of values of a function, padding included.
    fn from_fn(streams: Streams<'static>, features: usize, samples: usize, mut value: impl FnMut() -> T) -> Self {
        let columns = streams.derivatives() * samples.next_multiple_of(LANES);
        let buffers = [samples, columns].map(|columns| Buffer::new(features, columns));
        let [values, derivatives] = buffers;
        let mut owned = Self { streams, features, samples, value: values, derivatives };
        for feature in 0..features {
            for stream in 0..streams.count() {
                owned.tile_mut().stream(stream, feature).iter_mut().for_each(|element| *element = value());
            }
        }
        owned
    }

    fn random(streams: Streams<'static>, features: usize, samples: usize, rng: &mut Rng) -> Self {
        Self::from_fn(streams, features, samples, || T::nearest(rng.uniform() * 2.0 - 1.0))
    }

    /// Returns streams of NaN, which a kernel must overwrite.
    fn nan(streams: Streams<'static>, features: usize, samples: usize) -> Self {
        Self::from_fn(streams, features, samples, T::nan)
    }

    fn columns(&self) -> usize {
        self.streams.derivatives() * self.samples.next_multiple_of(LANES)
    }

    fn tile(&self) -> StreamTile<'_, T> {
        let (value, derivatives) = (&self.value, &self.derivatives);
        StreamTile {
            value: value.tile(self.features, self.samples),
            derivatives: derivatives.tile(self.features, self.columns()),
        }
    }

    fn tile_mut(&mut self) -> StreamTileMut<'_, T> {
        let columns = self.columns();
        StreamTileMut {
            value: self.value.tile_mut(self.features, self.samples),
            derivatives: self.derivatives.tile_mut(self.features, columns),
        }
    }

    /// Returns the streams of one element. If there is only one feature, it is that of all.
    fn at(&self, feature: usize, sample: usize) -> Vec<f64> {
        let feature = feature.min(self.features - 1);
        (0..self.streams.count()).map(|stream| self.tile().stream(stream, feature)[sample].widen()).collect()
    }

    /// Calls `check` with the streams of each element, padding included.
    fn for_each(&self, mut check: impl FnMut(usize, usize, Vec<f64>)) {
        for feature in 0..self.features {
            (0..self.samples.next_multiple_of(LANES))
                .for_each(|sample| check(feature, sample, self.at(feature, sample)));
        }
    }
}

/// Calls a check for all streams and sizes.
fn for_each_size(mut check: impl FnMut(Streams<'static>, usize, usize)) {
    for streams in STREAMS {
        for features in FEATURES {
            SAMPLES.into_iter().for_each(|samples| check(streams, features, samples));
        }
    }
}

/// Fails unless streams agree up to rounding. All arguments are at most 1.
fn assert_close<T: Real>(what: &str, found: &[f64], expected: &[f64], factor: f64) {
    assert_eq!(found.len(), expected.len());
    for (stream, (found, expected)) in found.iter().zip(expected).enumerate() {
        let error = (found - expected).abs();
        let bound = factor * T::epsilon().widen();
        assert!(error <= bound, "{what}, stream {stream}: found {found}, expected {expected}");
    }
}

/// Sine and its derivatives at the values of some streams.
struct Sine<T: Real> {
    z: Owned<T>,
    orders: [Buffer<T>; 3],
}

impl<T: Real> Sine<T> {
    fn new(z: Owned<T>) -> Self {
        let orders = [f64::cos, |z: f64| -z.sin(), |z: f64| -z.cos()].map(|order| {
            let mut buffer = Buffer::new(z.features, z.samples);
            let mut tile = buffer.tile_mut(z.features, z.samples);
            for feature in 0..z.features {
                let values = z.tile().value.padded_feature(feature);
                let elements = tile.padded_feature(feature).iter_mut().zip(values);
                elements.for_each(|(element, z)| *element = T::nearest(order(z.widen())));
            }
            buffer
        });
        Self { z, orders }
    }

    fn orders(&self) -> ActivationDerivatives<'_, T> {
        let [first, second, third] = self.orders.each_ref().map(|order| order.tile(self.z.features, self.z.samples));
        ActivationDerivatives { first, second, third }
    }
}

/// Kernels that own what they write.
enum Run<'a, T: Real> {
    ChainRule(&'a Sine<T>, Owned<T>),
    ChainRuleBackward(&'a Sine<T>, Owned<T>),
    Product(&'a Owned<T>, &'a Owned<T>, Owned<T>),
    /// Gradient with respect to the output, the other factor, and the gradient that is added to.
    ProductGradient(&'a Owned<T>, &'a Owned<T>, Owned<T>),
}

impl<T: Real> Kernel<T> for Run<'_, T> {
    type Output = Owned<T>;

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) -> Owned<T> {
        match self {
            Self::ChainRule(sine, mut y) => {
                let (streams, z) = (y.streams, sine.z.tile().derivatives);
                elementwise::Forward::new(streams, sine.orders(), z, y.tile_mut().derivatives).run::<V>();
                y
            }
            Self::ChainRuleBackward(sine, mut gradient) => {
                let (streams, z) = (gradient.streams, sine.z.tile().derivatives);
                elementwise::Backward::new(streams, sine.orders(), z, gradient.tile_mut()).run::<V>();
                gradient
            }
            Self::Product(a, b, mut y) => {
                product::Forward::new(y.streams, a.tile(), b.tile(), y.tile_mut()).run::<V>();
                y
            }
            Self::ProductGradient(dy, b, mut target) => {
                product::Backward::new(target.streams, dy.tile(), b.tile(), target.tile_mut()).run::<V>();
                target
            }
        }
    }
}

fn chain_rule<T: Real + Dispatch>() {
    let mut rng = Rng::new(1);
    for_each_size(|streams, features, samples| {
        let sine_of = Sine::new(Owned::<T>::random(streams, features, samples, &mut rng));
        let y = || Owned::nan(streams, features, samples);
        T::dispatch_to_each(
            || Run::ChainRule(&sine_of, y()),
            |set, y| {
                y.for_each(|feature, sample, y| {
                    let expected = sine(streams, &sine_of.z.at(feature, sample));
                    assert_close::<T>(&format!("{set}, {streams:?}"), &y[1..], &expected[1..], 16.0);
                });
            },
        );
    });
}

fn chain_rule_backward<T: Real + Dispatch>() {
    let mut rng = Rng::new(2);
    for_each_size(|streams, features, samples| {
        let sine_of = Sine::new(Owned::<T>::random(streams, features, samples, &mut rng));
        let dy = Owned::random(streams, features, samples, &mut rng);
        let expected =
            |feature, sample| gradient(&dy.at(feature, sample), &sine_of.z.at(feature, sample), |z| sine(streams, z));
        T::dispatch_to_each(
            || Run::ChainRuleBackward(&sine_of, dy.clone()),
            |set, dz| {
                dz.for_each(|feature, sample, dz| {
                    assert_close::<T>(&format!("{set}, {streams:?}"), &dz, &expected(feature, sample), 32.0);
                });
            },
        );
    });
}

/// Checks products whose second factor has all features, or one for all of them.
fn product<T: Real + Dispatch>() {
    let mut rng = Rng::new(3);
    for_each_size(|streams, features, samples| {
        for factor in [features, 1] {
            let a = Owned::<T>::random(streams, features, samples, &mut rng);
            let b = Owned::random(streams, factor, samples, &mut rng);
            T::dispatch_to_each(
                || Run::Product(&a, &b, Owned::nan(streams, features, samples)),
                |set, y| {
                    y.for_each(|feature, sample, y| {
                        let expected = multiplied(streams, &a.at(feature, sample), &b.at(feature, sample));
                        assert_close::<T>(&format!("{set}, {streams:?}"), &y, &expected, 16.0);
                    });
                },
            );
        }
    });
}

/// Checks that the gradient with respect to a factor is added, and summed over the features if the factor has only one.
fn product_gradient<T: Real + Dispatch>() {
    let mut rng = Rng::new(4);
    for_each_size(|streams, features, samples| {
        for (other, target) in [(features, features), (1, features), (features, 1)] {
            let dy = Owned::<T>::random(streams, features, samples, &mut rng);
            let other = Owned::random(streams, other, samples, &mut rng);
            let before = Owned::random(streams, target, samples, &mut rng);
            let expected = |feature, sample| {
                let of = |feature: usize| {
                    let other: Vec<_> = other.at(feature, sample).into_iter().map(Dual::from).collect();
                    let any = vec![0.5; streams.count()];
                    gradient(&dy.at(feature, sample), &any, |a| multiplied(streams, a, &other))
                };
                let sources = if target == 1 { 0..features } else { feature..feature + 1 };
                sources.fold(before.at(feature, sample), |sum, feature| {
                    sum.iter().zip(of(feature)).map(|(sum, term)| sum + term).collect()
                })
            };
            T::dispatch_to_each(
                || Run::ProductGradient(&dy, &other, before.clone()),
                |set, found| {
                    found.for_each(|feature, sample, found| {
                        let what = format!("{set}, {streams:?}, {features} features");
                        assert_close::<T>(&what, &found, &expected(feature, sample), 64.0);
                    });
                },
            );
        }
    });
}

macro_rules! for_both_scalars {
    ($($test:ident: $check:ident;)*) => {$(
        #[test]
        fn $test() {
            $check::<f32>();
            $check::<f64>();
        }
    )*};
}

for_both_scalars! {
    the_chain_rule_holds_for_each_element: chain_rule;
    the_chain_rule_is_transposed: chain_rule_backward;
    the_product_rule_holds_for_each_element: product;
    the_product_rule_is_transposed: product_gradient;
}

/// Streams that do not fit are found before memory is read.
#[test]
fn streams_of_other_sizes_panic() {
    let streams = Streams { directions: 1, second: &[&[(0, 1)]] };
    let found = std::panic::catch_unwind(|| {
        let mut rng = Rng::new(5);
        let [a, b] = [0, 1].map(|_| Owned::<f32>::random(streams, 1, 1, &mut rng));
        f32::dispatch(Run::Product(&a, &b, Owned::nan(streams, 1, 1)))
    });
    assert!(found.is_err(), "the second derivative by a direction that does not exist");
    let streams = STREAMS[4];
    for (features, samples) in [(2, 5), (3, 17)] {
        let found = std::panic::catch_unwind(|| {
            let mut rng = Rng::new(6);
            let a = Owned::<f32>::random(streams, 3, 5, &mut rng);
            let b = Owned::random(streams, features, samples, &mut rng);
            f32::dispatch(Run::Product(&a, &b, Owned::nan(streams, 3, 5)))
        });
        assert!(found.is_err(), "{features} features of {samples} samples");
    }
}
