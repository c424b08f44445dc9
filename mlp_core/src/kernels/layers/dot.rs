//! The product of two values, `Σᵢ aᵢ bᵢ`, and the cosine of their angle.
//!
//! ```text
//! for each block of samples
//!   ab, aa, bb = Σᶠ a b, Σᶠ a a, Σᶠ b b              // the last two if normalized
//!   scale      = 1 / √(max(aa, ε) max(bb, ε)), or 1
//!   y          = ab scale
//! backward:  da = dy (scale b − y a / aa),  db = dy (scale a − y b / bb)
//! ```

use super::block::{Block, Blocks, Samples, run};
use crate::kernels::Kernel;
use crate::kernels::math::Elementary;
use crate::kernels::vector::{Vector, splat};
use crate::tile::{Tile, TileMut};

/// Minimum of a squared norm, as in Keras.
const MIN_SQUARE: f64 = 1e-12;

pub(super) struct Forward<'a, T> {
    pub(super) normalize: bool,
    pub(super) x: Tile<'a, T>,
    pub(super) y: TileMut<'a, T>,
}

pub(super) struct Backward<'a, T> {
    pub(super) normalize: bool,
    pub(super) x: Tile<'a, T>,
    pub(super) dy: Tile<'a, T>,
    pub(super) dx: TileMut<'a, T>,
}

/// The product of a block of samples, and the factors of its gradient.
struct Product<V, const R: usize> {
    y: Block<V, R>,
    scale: Block<V, R>,
    /// One divided by the square of each norm. Zero unless normalized.
    inverses: [Block<V, R>; 2],
}

impl<V: Vector<Scalar: Elementary>, const R: usize> Product<V, R> {
    /// Computes the product.
    ///
    /// # Safety
    /// The block must lie in the tile.
    #[inline(always)]
    unsafe fn new(normalize: bool, x: Tile<'_, V::Scalar>, samples: Samples<V>) -> Self {
        let count = x.features() / 2;
        let constant = |value: f64| Block::<V, R>([splat(value); R]);
        let zero = constant(0.0);
        let (mut product, mut squares) = (zero, [zero; 2]);
        for feature in 0..count {
            // SAFETY: the caller's contract.
            let (a, b) = unsafe { (samples.load::<R>(x, feature), samples.load::<R>(x, count + feature)) };
            product = a.mul_add(b, product);
            if normalize {
                squares = [a.mul_add(a, squares[0]), b.mul_add(b, squares[1])];
            }
        }
        if !normalize {
            return Self { y: product, scale: constant(1.0), inverses: [zero; 2] };
        }
        // The maximum in this order keeps a NaN.
        let inverse =
            |square: Block<V, R>| square.map(|square| splat::<V>(1.0).div(splat::<V>(MIN_SQUARE).max(square)));
        let inverses = [inverse(squares[0]), inverse(squares[1])];
        let scale = inverses[0].zip(inverses[1], V::mul).map(V::sqrt);
        Self { y: product.zip(scale, V::mul), scale, inverses }
    }
}

impl<T: Elementary> Blocks<T> for Forward<'_, T> {
    #[inline(always)]
    unsafe fn block<V: Vector<Scalar = T>, const R: usize>(&mut self, first: usize) {
        let samples = Samples::<V>::new(self.x.samples(), first);
        // SAFETY: the caller's contract.
        unsafe { samples.store(Product::<V, R>::new(self.normalize, self.x, samples).y, &mut self.y, 0) };
    }
}

impl<T: Elementary> Blocks<T> for Backward<'_, T> {
    #[inline(always)]
    unsafe fn block<V: Vector<Scalar = T>, const R: usize>(&mut self, first: usize) {
        let Self { normalize, x, dy, dx } = self;
        let samples = Samples::<V>::new(x.samples(), first);
        let count = x.features() / 2;
        // SAFETY: the caller's contract.
        unsafe {
            let Product { y, scale, inverses } = Product::<V, R>::new(*normalize, *x, samples);
            let dy = samples.load::<R>(*dy, 0);
            let across = dy.zip(scale, V::mul);
            let along = dy.zip(y, V::mul);
            let (along_a, along_b) = (along.zip(inverses[0], V::mul), along.zip(inverses[1], V::mul));
            for feature in 0..count {
                let (a, b) = (samples.load::<R>(*x, feature), samples.load::<R>(*x, count + feature));
                samples.store(across.zip(b, V::mul).zip(along_a.zip(a, V::mul), V::sub), dx, feature);
                samples.store(across.zip(a, V::mul).zip(along_b.zip(b, V::mul), V::sub), dx, count + feature);
            }
        }
    }
}

impl<T: Elementary> Kernel<T> for Forward<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        assert_eq!((1, self.x.samples()), (self.y.features(), self.y.samples()), "size of a product");
        let x = self.x;
        run::<V, _>(&mut self, x);
    }
}

impl<T: Elementary> Kernel<T> for Backward<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        let x = self.x;
        assert_eq!((1, x.samples()), (self.dy.features(), self.dy.samples()), "size of a product's gradient");
        assert_eq!((x.features(), x.samples()), (self.dx.features(), self.dx.samples()), "size of an input's gradient");
        run::<V, _>(&mut self, x);
    }
}
