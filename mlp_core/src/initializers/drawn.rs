//! Functions that initialize, of any kind.

use core::any::type_name;

use nalgebra::DMatrix;

use super::{Draw, Fan, Initializer};
use crate::random::Rng;

/// What a function that initializes returns: one weight, or all as a matrix.
pub trait Drawn: sealed::Drawn {}

impl Drawn for f64 {}
impl Drawn for DMatrix<f64> {}

impl<F, D> From<F> for Initializer
where
    F: Fn(Fan, &mut Rng) -> D + Send + Sync + 'static,
    D: Drawn,
{
    fn from(function: F) -> Self {
        Self { draw: D::draw(function), name: type_name::<F>() }
    }
}

mod sealed {
    use super::{DMatrix, Draw, Fan, Rng};

    pub trait Drawn: Sized {
        #[expect(private_interfaces, reason = "sealed")]
        fn draw(function: impl Fn(Fan, &mut Rng) -> Self + Send + Sync + 'static) -> Draw;
    }

    impl Drawn for f64 {
        #[expect(private_interfaces, reason = "sealed")]
        fn draw(function: impl Fn(Fan, &mut Rng) -> Self + Send + Sync + 'static) -> Draw {
            Draw::Weight(Box::new(function))
        }
    }

    impl Drawn for DMatrix<f64> {
        #[expect(private_interfaces, reason = "sealed")]
        fn draw(function: impl Fn(Fan, &mut Rng) -> Self + Send + Sync + 'static) -> Draw {
            Draw::Matrix(Box::new(function))
        }
    }
}
