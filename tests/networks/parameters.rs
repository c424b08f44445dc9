//! `#[derive(Parameters)]`: all scalars of a struct, in order.

use std::marker::PhantomData;

use mlp::{Dense, Parameters, Scalar, relu};
use nalgebra::{SMatrix, SVector};

#[derive(Parameters)]
#[repr(C)]
struct Named<const N: usize> {
    layer: Dense<2, N, relu>,
    factors: SVector<f32, N>,
    factor: f32,
    pairs: [[f32; 2]; N],
}

#[derive(Parameters)]
#[repr(C)]
struct Tuple<T: Scalar, A>(SMatrix<T, 2, 2>, PhantomData<fn() -> A>, SVector<T, 3>)
where
    A: Copy;

#[derive(Parameters)]
#[repr(transparent)]
struct Transparent(#[allow(dead_code)] SVector<f64, 4>);

#[derive(Parameters)]
#[repr(C)]
#[parameters(scalar = f64)]
struct Nothing;

#[derive(Parameters)]
#[repr(C)]
#[parameters(scalar = T)]
struct Activation<A, T: Scalar = f32> {
    activation: std::marker::PhantomData<fn() -> A>,
    scalar: core::marker::PhantomData<T>,
}

#[test]
fn all_scalars_are_counted() {
    assert_eq!(Named::<3>::COUNT, 9 + 3 + 1 + 6);
    assert_eq!(Tuple::<f64, u8>::COUNT, 7);
    assert_eq!((Transparent::COUNT, Nothing::COUNT, Activation::<relu>::COUNT), (4, 0, 0));
}

#[test]
fn scalars_are_in_the_order_of_the_fields() {
    let mut tuple = Tuple::<f64, u8>::zeroed();
    tuple.as_mut_slice().copy_from_slice(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
    assert_eq!((tuple.0, tuple.2), (SMatrix::from_vec(vec![1.0, 2.0, 3.0, 4.0]), SVector::from([5.0, 6.0, 7.0])));
    let mut named = Named::<1>::zeroed();
    named.factor = 3.0;
    assert_eq!(named.as_slice(), [0.0, 0.0, 0.0, 0.0, 3.0, 0.0, 0.0]);
    assert_eq!((named.layer.bias[0], named.factors[0], named.pairs[0][1]), (0.0, 0.0, 0.0));
}

#[test]
fn the_scalar_type_is_that_of_the_first_field() {
    let doubles: &[f64] = &[0.0; 4];
    assert_eq!(Transparent::zeroed().as_slice(), doubles);
    let Activation { activation, scalar } = *Activation::<relu, f64>::zeroed();
    let _: PhantomData<fn() -> relu> = activation;
    let _: PhantomData<f64> = scalar;
}
