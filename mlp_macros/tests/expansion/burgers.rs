/// Viscous Burgers' equation, u_t + u u_x = nu u_xx.
#[derive(
    ::core::clone::Clone,
    ::core::marker::Copy,
    ::core::fmt::Debug,
    ::core::cmp::PartialEq
)]
pub struct Burgers {
    pub nu: f64,
}
const _: () = {
    use ::core::primitive::{f64, str, usize};
    use ::mlp::__private as __mlp;
    #[automatically_derived]
    impl __mlp::Residual for Burgers {
        type Input = __mlp::Features<2>;
        type Output = __mlp::Features<1>;
        type Data = __mlp::Features<0>;
        type Point<__V: ::core::marker::Copy> = [__V; 2];
        type Streams<__V: ::core::marker::Copy> = [__V; 4];
        type Residuals<__V: ::core::marker::Copy> = [__V; 1];
        type ByStream<__V: ::core::marker::Copy> = [__V; 4];
        type ByParameter<__V: ::core::marker::Copy> = [__V; 0];
        const NAME: &'static str = "Burgers";
        const EQUATIONS: &'static [&'static str] = &["equation_1"];
        const DIRECTIONS: &'static [usize] = &[0, 1];
        const SECOND: &'static [&'static [(usize, usize)]] = &[&[(0, 0)]];
        const DATA: &'static [&'static str] = &[];
        const TRAINABLE: &'static [&'static str] = &[];
        fn parameter_mut(&mut self, __index: usize) -> &mut f64 {
            __mlp::trained_parameter([], __index)
        }
        #[inline(always)]
        fn evaluate<__V: __mlp::Vector<Scalar: __mlp::Scalar>>(
            &self,
            __point: &Self::Point<__V>,
            __streams: &Self::Streams<__V>,
        ) -> __mlp::Evaluation<__V, Self> {
            let [_, _] = *__point;
            let [__u, __u_x, __u_t, __u_xx] = *__streams;
            let __nu = self.nu;
            let __1 = -__nu;
            let __2 = __mlp::splat::<__V>(__1);
            __mlp::Evaluation {
                residuals: [__2.mul_add(__u_xx, __u.mul_add(__u_x, __u_t))],
                by_stream: [__u_x, __u, __mlp::splat::<__V>(1f64), __2],
                by_parameter: [],
            }
        }
        fn solution(&self, _: &[f64], __output: &[f64], __solution: &mut [f64]) {
            __solution.copy_from_slice(__output);
        }
    }
};
