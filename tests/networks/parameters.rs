//! `#[derive(Parameters)]`: a struct as a slice of scalars, and a layer with another scalar type.

use std::marker::PhantomData;

use mlp::BoxedParameters as _;
use mlp::{Dense, Network as _, Parameters, Scalar, relu};
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
fn the_slice_has_the_order_of_the_fields() {
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

/// Layers that compute `y = factors ⊙ x`.
mod layers {
    use std::marker::PhantomData;

    use mlp::prelude::*;
    use nalgebra::SVector;

    /// A layer for any scalar, with a type parameter whose bound depends on the scalar.
    #[derive(Clone, Debug, PartialEq, Parameters)]
    #[repr(C)]
    pub struct Gain<const N: usize, A: ActivationFunction<T>, T = f32>
    where
        T: Scalar,
    {
        pub factors: SVector<T, N>,
        activation: PhantomData<fn() -> A>,
    }

    /// A layer for `f64` only.
    #[derive(Clone, Debug, PartialEq, Parameters)]
    #[repr(C)]
    pub struct DoubleGain {
        pub factors: SVector<f64, 3>,
    }

    macro_rules! implement_layer {
        ([$($generics:tt)*] $layer:ty, $size:expr, $scalar:ty) => {
            impl $($generics)* Layer for $layer {
                type Input = Features<{ $size }>;
                type Output = Features<{ $size }>;

                fn initialize(&mut self, _rng: &mut Rng) {
                    self.factors.fill(<$scalar>::from_f64(2.0));
                }
                fn forward(&self, x: Tile<'_, $scalar>, mut y: TileMut<'_, $scalar>) {
                    y.map_from(x, |feature, x| self.factors[feature] * x);
                }
                fn backward(&self, _pass: Backward<'_, Self>) {}
            }
        };
    }

    implement_layer! { [<const N: usize, A: ActivationFunction<T>, T: Scalar>] Gain<N, A, T>, N, T }
    implement_layer! { [] DoubleGain, 3, f64 }

    sequential! { pub struct Single { Gain<3, relu> } }
    sequential! { pub struct Double: f64 { Gain<3, relu>, DoubleGain } }
}

#[test]
fn a_derived_layer_has_the_scalar_of_its_network() {
    let single = layers::Single::new(0);
    assert_eq!(single.predict_one([1.0, 2.0, 3.0]), SVector::from([2.0_f32, 4.0, 6.0]));
    let double = layers::Double::new(0);
    let factors: &SVector<f64, 3> = &double.gain_1.factors;
    assert_eq!(factors, &double.double_gain_1.factors);
    assert_eq!(double.predict_one([1.0, 2.0, 3.0]), SVector::from([4.0_f64, 8.0, 12.0]));
}
