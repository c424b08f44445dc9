const _: () = {
    use ::core::option::Option::Some as __Some;
    use ::core::primitive::{f32, bool, str, usize};
    use ::mlp::__private as __mlp;
    #[derive(::core::default::Default)]
    pub struct __Options {
        pub encode: __mlp::Options<__Encode>,
        pub left: __mlp::Options<__Left>,
        pub both: __mlp::Options<__Both>,
        pub score: __mlp::Options<__Score>,
        pub rest: __mlp::Options<__Rest>,
        __frozen: bool,
    }
    impl __Options {
        /// Sets whether training changes the network. With `trainable = false` it computes as in inference.
        #[must_use]
        pub fn trainable(self, trainable: bool) -> Self {
            Self {
                __frozen: !trainable,
                ..self
            }
        }
    }
    type __Encode = __mlp::layer!(
        Dense < 2, 4, tanh >, { __mlp::is_layer(__mlp::Probe:: < Dense < 2, 4, tanh > >
        ::IS_LAYER, "Dense(2 => 4, tanh)", "tanh") &&
        __mlp::has_scalar(__mlp::ScalarProbe:: < Dense < 2, 4, tanh >,
        ::core::primitive::f32 > ::IS_OF_SCALAR, "Dense", "f32") }
    );
    type __Left = __mlp::layer!(
        Dense < 3, 4, tanh >, { __mlp::is_layer(__mlp::Probe:: < Dense < 3, 4, tanh > >
        ::IS_LAYER, "Dense(3 => 4, tanh)", "tanh") &&
        __mlp::has_scalar(__mlp::ScalarProbe:: < Dense < 3, 4, tanh >,
        ::core::primitive::f32 > ::IS_OF_SCALAR, "Dense", "f32") }
    );
    type __Both = __mlp::layer!(
        ::mlp::layers::Add < (::mlp::__private::Features < 4 >,
        ::mlp::__private::Features < 4 >) >, { __TwoTowers_both > 0 }
    );
    type __Score = __mlp::layer!(
        Dense < 4, 1 >, { __mlp::is_layer(__mlp::Probe:: < Dense < 4, 1 > > ::IS_LAYER,
        "Dense(4 => 1)", "") && __mlp::has_scalar(__mlp::ScalarProbe:: < Dense < 4, 1 >,
        ::core::primitive::f32 > ::IS_OF_SCALAR, "Dense", "f32") }
    );
    type __Rest = __mlp::layer!(
        Dense < 2, 1 >, { __mlp::is_layer(__mlp::Probe:: < Dense < 2, 1 > > ::IS_LAYER,
        "Dense(2 => 1)", "") && __mlp::has_scalar(__mlp::ScalarProbe:: < Dense < 2, 1 >,
        ::core::primitive::f32 > ::IS_OF_SCALAR, "Dense", "f32") }
    );
    const _: () = ::core::assert!(
        (0) < (2) && (2) <= < ::mlp::__private::Features < 4 > as __mlp::Shape >
        ::FEATURES, "slice out of range: expected `start < end <= number of features`"
    );
    const _: () = __mlp::check_sizes::<__Encode>();
    const _: () = __mlp::check_sizes::<__Left>();
    const _: () = __mlp::check_sizes::<__Score>();
    const _: () = __mlp::check_sizes::<__Rest>();
    unsafe impl __mlp::Parameters for TwoTowers {
        type Scalar = f32;
        const COUNT: usize = __mlp::count::<f32, __Encode>()
            + __mlp::count::<f32, __Left>() + __mlp::count::<f32, __Both>()
            + __mlp::count::<f32, __Score>() + __mlp::count::<f32, __Rest>();
    }
    impl __mlp::WithScalar<f32> for TwoTowers {
        type Layer = Self;
    }
    pub struct __Cache<__M: __mlp::Memory> {
        left: __mlp::Step<__M, __Left>,
        right: __mlp::Step<__M, __Encode>,
        both: __mlp::Step<__M, __Both>,
        score: __mlp::LayerCache<__M, __Score>,
        rest: __mlp::LayerCache<__M, __Rest>,
        __both_joined: __M::Buffer<f32, <__Both as __mlp::Module>::Input>,
        __inference_joined: __M::HeapBuffer<f32, <__Both as __mlp::Module>::Input>,
        __scratch: __M::Buffer<
            f32,
            __mlp::MaxOf<<__Both as __mlp::Module>::Input, __mlp::Features<2>>,
        >,
        __gradient_1: __M::Buffer<f32, <__Both as __mlp::Module>::Output>,
        __gradient_2: __M::Buffer<f32, __mlp::Features<4>>,
        __gradient_3: __M::Buffer<f32, __mlp::Features<4>>,
        __inference_1: __M::HeapBuffer<f32, __mlp::Features<4>>,
        __inference_2: __M::HeapBuffer<f32, __mlp::Features<4>>,
        __inference_3: __M::HeapBuffer<f32, <__Both as __mlp::Module>::Output>,
    }
    impl __mlp::Module for TwoTowers {
        type Input = (::mlp::__private::Features<3>, ::mlp::__private::Features<2>);
        type Output = (::mlp::__private::Features<1>, ::mlp::__private::Features<1>);
        type Options = __Options;
        type Cache<__M: __mlp::Memory> = __Cache<__M>;
        const KIND: &'static str = "Functional";
        const OPTIONS: &'static [&'static str] = &["trainable"];
        const LAYERS: &'static [__mlp::LayerInfo] = &[
            __mlp::LayerInfo::input::<::mlp::__private::Features<3>>("user"),
            __mlp::LayerInfo::input::<::mlp::__private::Features<2>>("item"),
            __mlp::LayerInfo::layer::<__Encode>("encode"),
            __mlp::LayerInfo::layer::<__Left>("left"),
            __mlp::LayerInfo::layer::<__Both>("both"),
            __mlp::LayerInfo::layer::<__Score>("score"),
            __mlp::LayerInfo::layer::<__Rest>("rest"),
        ];
        const ACTIVATIONS: &'static [&'static str] = &[
            Self::LAYERS[5usize].activation(0usize),
            Self::LAYERS[6usize].activation(0usize),
        ];
        const IS_OPTIMIZED: ::core::primitive::bool = !::core::cfg!(debug_assertions);
        fn cache<__M: __mlp::Memory>(
            allocator: __mlp::Allocator<__M>,
        ) -> Self::Cache<__M> {
            __Cache {
                left: __mlp::Step::new(allocator),
                right: __mlp::Step::new(allocator),
                both: __mlp::Step::new(allocator),
                score: __mlp::LayerCache::new(allocator),
                rest: __mlp::LayerCache::new(allocator),
                __both_joined: allocator
                    .training(
                        <<__Both as __mlp::Module>::Input as __mlp::Shape>::FEATURES,
                    ),
                __inference_joined: allocator
                    .inference(
                        <<__Both as __mlp::Module>::Input as __mlp::Shape>::FEATURES,
                    ),
                __scratch: allocator
                    .training(
                        __mlp::max_size([
                            <<__Both as __mlp::Module>::Input as __mlp::Shape>::FEATURES,
                            2,
                        ]),
                    ),
                __gradient_1: allocator
                    .training(
                        <<__Both as __mlp::Module>::Output as __mlp::Shape>::FEATURES,
                    ),
                __gradient_2: allocator.training(4),
                __gradient_3: allocator.training(4),
                __inference_1: allocator.inference(4),
                __inference_2: allocator.inference(4),
                __inference_3: allocator
                    .inference(
                        <<__Both as __mlp::Module>::Output as __mlp::Shape>::FEATURES,
                    ),
            }
        }
        fn initialize(&mut self, options: &Self::Options, rng: &mut __mlp::Rng) {
            <__Encode as __mlp::Module>::initialize(
                &mut self.encode,
                &options.encode,
                rng,
            );
            <__Left as __mlp::Module>::initialize(&mut self.left, &options.left, rng);
            <__Both as __mlp::Module>::initialize(&mut self.both, &options.both, rng);
            <__Score as __mlp::Module>::initialize(&mut self.score, &options.score, rng);
            <__Rest as __mlp::Module>::initialize(&mut self.rest, &options.rest, rng);
        }
        fn forward<__M: __mlp::Memory>(
            &self,
            options: &Self::Options,
            mut mode: __mlp::Mode<'_>,
            input: __mlp::Tile<'_, Self::Scalar>,
            output: __mlp::TileMut<'_, Self::Scalar>,
            cache: &mut Self::Cache<__M>,
        ) {
            if options.__frozen {
                mode = mode.frozen();
            }
            let samples = input.samples();
            let user = input.part(<Self::Input as __mlp::Part<0usize>>::OFFSET, 3);
            let item = input.part(<Self::Input as __mlp::Part<1usize>>::OFFSET, 2);
            let (mut score, output) = output
                .split_at(<__Score as __mlp::Module>::outputs(&self.score));
            let mut rest = output;
            let left = __mlp::Step::<
                _,
                __Left,
            >::forward(
                &mut cache.left,
                (&self.left, &options.left),
                mode.reborrow(),
                user,
                &mut cache.__inference_1,
            );
            let right = __mlp::Step::<
                _,
                __Encode,
            >::forward(
                &mut cache.right,
                (&self.encode, &options.encode),
                mode.reborrow(),
                item,
                &mut cache.__inference_2,
            );
            let mut joined = __mlp::TileBuffer::tile_mut_or_shared(
                &mut cache.__both_joined,
                &mut cache.__inference_joined,
                <__Both as __mlp::Module>::inputs(&self.both),
                samples,
            );
            __mlp::concatenate(joined.reborrow(), [left.as_tile(), right.as_tile()]);
            let both = __mlp::Step::<
                _,
                __Both,
            >::forward(
                &mut cache.both,
                (&self.both, &options.both),
                mode.reborrow(),
                joined.as_tile(),
                &mut cache.__inference_3,
            );
            __mlp::forward::<
                _,
                __Score,
            >(
                (&self.score, &options.score),
                mode.reborrow(),
                both.as_tile(),
                score.reborrow(),
                &mut cache.score,
            );
            __mlp::forward::<
                _,
                __Rest,
            >(
                (&self.rest, &options.rest),
                mode.reborrow(),
                left.as_tile().part(0, 2usize),
                rest.reborrow(),
                &mut cache.rest,
            );
        }
        fn backward<__M: __mlp::Memory>(
            &self,
            options: &Self::Options,
            mut pass: __mlp::Backward<'_, Self>,
            cache: &mut Self::Cache<__M>,
        ) {
            pass.needs_gradient &= !options.__frozen;
            let samples = pass.input.samples();
            let user = pass.input.part(<Self::Input as __mlp::Part<0usize>>::OFFSET, 3);
            let item = pass.input.part(<Self::Input as __mlp::Part<1usize>>::OFFSET, 2);
            let (left, __left_cache) = cache.left.split(samples);
            let (right, __right_cache) = cache.right.split(samples);
            let score = pass
                .output
                .part(
                    <Self::Output as __mlp::Part<0usize>>::OFFSET,
                    <__Score as __mlp::Module>::outputs(&self.score),
                );
            let (mut __output_gradient_1, output_gradient) = pass
                .output_gradient
                .split_at(<__Score as __mlp::Module>::outputs(&self.score));
            let rest = pass
                .output
                .part(
                    <Self::Output as __mlp::Part<1usize>>::OFFSET,
                    <__Rest as __mlp::Module>::outputs(&self.rest),
                );
            let mut __output_gradient_2 = output_gradient;
            let mut input_gradient = pass.input_gradient;
            let mut scratch = __mlp::TileBuffer::tile_mut(
                &mut cache.__scratch,
                <__Rest as __mlp::Module>::inputs(&self.rest),
                samples,
            );
            __mlp::backward::<
                _,
                __Rest,
            >(
                (&self.rest, &options.rest),
                __mlp::BackwardInput::Kept(
                    left.part(0, 2usize),
                    __Some(scratch.reborrow()),
                ),
                (rest, __output_gradient_2.reborrow()),
                (&mut pass.gradient.rest, pass.needs_gradient),
                __mlp::FusedDerivatives::NONE,
                &mut cache.rest,
            );
            let mut __gradient_3 = __mlp::tile_like(&mut cache.__gradient_3, left);
            __gradient_3.reborrow().fill(0.0);
            __gradient_3.reborrow().part(0, 2usize).add(scratch.as_tile());
            let (mut both, __both_cache) = cache
                .both
                .split_with_gradient::<__Score>(samples, &mut cache.__gradient_1);
            __mlp::backward::<
                _,
                __Score,
            >(
                (&self.score, &options.score),
                both.as_input(),
                (score, __output_gradient_1.reborrow()),
                (&mut pass.gradient.score, pass.needs_gradient),
                __mlp::fused_after::<__Both, __Score>(),
                &mut cache.score,
            );
            let mut scratch = __mlp::TileBuffer::tile_mut(
                &mut cache.__scratch,
                <__Both as __mlp::Module>::inputs(&self.both),
                samples,
            );
            __mlp::backward::<
                _,
                __Both,
            >(
                (&self.both, &options.both),
                __mlp::BackwardInput::Kept(
                    __mlp::TileBuffer::tile(
                        &cache.__both_joined,
                        <__Both as __mlp::Module>::inputs(&self.both),
                        samples,
                    ),
                    __Some(scratch.reborrow()),
                ),
                both.as_output(),
                (&mut pass.gradient.both, pass.needs_gradient),
                __mlp::fused_before::<__Both, __Score>(),
                __both_cache,
            );
            __gradient_3
                .reborrow()
                .add(
                    scratch
                        .as_tile()
                        .part(0, <__Left as __mlp::Module>::outputs(&self.left)),
                );
            let mut __gradient_2 = __mlp::tile_like(&mut cache.__gradient_2, right);
            __gradient_2
                .reborrow()
                .copy_from(
                    scratch
                        .as_tile()
                        .part(
                            0 + <__Left as __mlp::Module>::outputs(&self.left),
                            <__Encode as __mlp::Module>::outputs(&self.encode),
                        ),
                );
            __mlp::backward::<
                _,
                __Encode,
            >(
                (&self.encode, &options.encode),
                __mlp::BackwardInput::Kept(
                    item,
                    input_gradient
                        .as_mut()
                        .map(|gradient| {
                            gradient
                                .reborrow()
                                .part(<Self::Input as __mlp::Part<1usize>>::OFFSET, 2)
                        }),
                ),
                (right, __gradient_2),
                (&mut pass.gradient.encode, pass.needs_gradient),
                __mlp::FusedDerivatives::NONE,
                __right_cache,
            );
            __mlp::backward::<
                _,
                __Left,
            >(
                (&self.left, &options.left),
                __mlp::BackwardInput::Kept(
                    user,
                    input_gradient
                        .as_mut()
                        .map(|gradient| {
                            gradient
                                .reborrow()
                                .part(<Self::Input as __mlp::Part<0usize>>::OFFSET, 3)
                        }),
                ),
                (left, __gradient_3),
                (&mut pass.gradient.left, pass.needs_gradient),
                __mlp::FusedDerivatives::NONE,
                __left_cache,
            );
        }
        #[inline(always)]
        fn forward_one<__V: __mlp::Vector<Scalar = Self::Scalar>>(
            &self,
            options: &Self::Options,
            input: &<Self::Input as __mlp::Shape>::Sample<Self::Scalar>,
        ) -> <Self::Output as __mlp::Shape>::Sample<Self::Scalar> {
            let left = __mlp::infer::<__V, __Left>(&self.left, &options.left, &input.0);
            let right = __mlp::infer::<
                __V,
                __Encode,
            >(&self.encode, &options.encode, &input.1);
            let both = <__mlp::Connection as __mlp::InputMatches<
                { __TwoTowers_both },
                { __TwoTowers_both },
            >>::fit::<
                _,
                <__Both as __mlp::Module>::Output,
                ::mlp::__private::Features<{ __TwoTowers_both }>,
            >(
                &__mlp::infer::<
                    __V,
                    __Both,
                >(
                    &self.both,
                    &options.both,
                    &<<__Both as __mlp::Module>::Input as __mlp::TupleOf<
                        2usize,
                    >>::from_parts((
                        <__mlp::Connection as __mlp::InputMatches<
                            4,
                            {
                                <<<<__Both as __mlp::Module>::Input as __mlp::TupleOf<
                                    2usize,
                                >>::Whole as __mlp::Part<
                                    0usize,
                                >>::Shape as __mlp::Shape>::FEATURES
                            },
                        >>::fit::<
                            _,
                            ::mlp::__private::Features<4>,
                            <<<__Both as __mlp::Module>::Input as __mlp::TupleOf<
                                2usize,
                            >>::Whole as __mlp::Part<0usize>>::Shape,
                        >(&left),
                        <__mlp::Connection as __mlp::InputMatches<
                            4,
                            {
                                <<<<__Both as __mlp::Module>::Input as __mlp::TupleOf<
                                    2usize,
                                >>::Whole as __mlp::Part<
                                    1usize,
                                >>::Shape as __mlp::Shape>::FEATURES
                            },
                        >>::fit::<
                            _,
                            ::mlp::__private::Features<4>,
                            <<<__Both as __mlp::Module>::Input as __mlp::TupleOf<
                                2usize,
                            >>::Whole as __mlp::Part<1usize>>::Shape,
                        >(&right),
                    )),
                ),
            );
            let score = __mlp::infer::<
                __V,
                __Score,
            >(
                &self.score,
                &options.score,
                &<__mlp::Connection as __mlp::InputMatches<
                    { __TwoTowers_both },
                    4,
                >>::fit::<
                    _,
                    ::mlp::__private::Features<{ __TwoTowers_both }>,
                    <__Score as __mlp::Module>::Input,
                >(&both),
            );
            let rest = __mlp::infer::<
                __V,
                __Rest,
            >(
                &self.rest,
                &options.rest,
                &__mlp::slice::<f32, ::mlp::__private::Features<4>, 2usize>(&left, 0),
            );
            (::core::clone::Clone::clone(&score), ::core::clone::Clone::clone(&rest))
        }
        fn update(
            &mut self,
            options: &Self::Options,
            gradient: &Self,
            rule: __mlp::UpdateRule<'_, Self::Scalar>,
        ) {
            if options.__frozen {
                return;
            }
            __mlp::update::<
                __Encode,
            >(&mut self.encode, &options.encode, &gradient.encode, rule);
            __mlp::update::<__Left>(&mut self.left, &options.left, &gradient.left, rule);
            __mlp::update::<__Both>(&mut self.both, &options.both, &gradient.both, rule);
            __mlp::update::<
                __Score,
            >(&mut self.score, &options.score, &gradient.score, rule);
            __mlp::update::<__Rest>(&mut self.rest, &options.rest, &gradient.rest, rule);
        }
        fn penalty(&self, options: &Self::Options) -> ::core::primitive::f64 {
            if options.__frozen {
                0.0
            } else {
                __mlp::penalty::<__Encode>(&self.encode, &options.encode)
                    + __mlp::penalty::<__Left>(&self.left, &options.left)
                    + __mlp::penalty::<__Both>(&self.both, &options.both)
                    + __mlp::penalty::<__Score>(&self.score, &options.score)
                    + __mlp::penalty::<__Rest>(&self.rest, &options.rest)
            }
        }
        fn add_penalty_gradient(&self, options: &Self::Options, gradient: &mut Self) {
            if options.__frozen {
                return;
            }
            __mlp::add_penalty::<
                __Encode,
            >(&self.encode, &options.encode, &mut gradient.encode);
            __mlp::add_penalty::<__Left>(&self.left, &options.left, &mut gradient.left);
            __mlp::add_penalty::<__Both>(&self.both, &options.both, &mut gradient.both);
            __mlp::add_penalty::<
                __Score,
            >(&self.score, &options.score, &mut gradient.score);
            __mlp::add_penalty::<__Rest>(&self.rest, &options.rest, &mut gradient.rest);
        }
        fn export(
            &self,
            options: &Self::Options,
            graph: &mut dyn __mlp::GraphBuilder,
            inputs: &[__mlp::Value],
        ) -> __mlp::Exported {
            let mut exporter = __mlp::Exporter::new::<Self>(graph);
            let left = exporter
                .layer::<
                    __Left,
                >(3usize, &self.left, &options.left, &[&inputs[0usize..=0usize]])?;
            let right = exporter
                .layer::<
                    __Encode,
                >(2usize, &self.encode, &options.encode, &[&inputs[1usize..=1usize]])?;
            let both = exporter
                .layer::<__Both>(4usize, &self.both, &options.both, &[&left, &right])?;
            let score = exporter
                .layer::<__Score>(5usize, &self.score, &options.score, &[&both])?;
            let __slice_1 = exporter.slice(&left, 0, 2usize);
            let rest = exporter
                .layer::<__Rest>(6usize, &self.rest, &options.rest, &[&__slice_1])?;
            ::core::result::Result::Ok(__mlp::Values::concat(&[&score, &rest]))
        }
        fn trace(
            &self,
            options: &Self::Options,
            graph: &mut dyn __mlp::StreamGraph<Self::Scalar>,
            inputs: &[__mlp::Value],
        ) -> __mlp::Values {
            let left = __mlp::trace::<
                __Left,
            >((&self.left, &options.left), graph, &[&inputs[0usize..=0usize]]);
            let right = __mlp::trace::<
                __Encode,
            >((&self.encode, &options.encode), graph, &[&inputs[1usize..=1usize]]);
            let both = __mlp::trace::<
                __Both,
            >((&self.both, &options.both), graph, &[&left, &right]);
            let score = __mlp::trace::<
                __Score,
            >((&self.score, &options.score), graph, &[&both]);
            let __slice_1 = __mlp::trace_slice(graph, &left, 0, 2usize);
            let rest = __mlp::trace::<
                __Rest,
            >((&self.rest, &options.rest), graph, &[&__slice_1]);
            __mlp::Values::concat(&[&score, &rest])
        }
        fn configure(options: &Self::Options, visitor: &mut dyn __mlp::LayerVisitor) {
            let visitor = &mut __mlp::FrozenVisitor::new(visitor, options.__frozen);
            <__Encode as __mlp::Module>::configure(&options.encode, visitor);
            <__Left as __mlp::Module>::configure(&options.left, visitor);
            <__Both as __mlp::Module>::configure(&options.both, visitor);
            <__Score as __mlp::Module>::configure(&options.score, visitor);
            <__Rest as __mlp::Module>::configure(&options.rest, visitor);
        }
    }
    impl<__Any> __mlp::TwiceDifferentiable<__Any> for TwoTowers
    where
        __Encode: __mlp::TwiceDifferentiable<__Any>,
        __Left: __mlp::TwiceDifferentiable<__Any>,
        __Both: __mlp::TwiceDifferentiable<__Any>,
        __Score: __mlp::TwiceDifferentiable<__Any>,
        __Rest: __mlp::TwiceDifferentiable<__Any>,
    {}
    impl __mlp::BaseNetwork for TwoTowers {
        const NAME: &'static str = "TwoTowers";
        const OUTPUTS: &'static [&'static str] = &["score", "rest"];
        const CALLS: &'static [__mlp::Call] = &[
            __mlp::Call::new(3usize, &[__mlp::Argument::new(0usize, 0usize)]),
            __mlp::Call::new(2usize, &[__mlp::Argument::new(1usize, 0usize)]),
            __mlp::Call::new(
                4usize,
                &[
                    __mlp::Argument::new(2usize, 0usize),
                    __mlp::Argument::new(3usize, 0usize),
                ],
            ),
            __mlp::Call::new(5usize, &[__mlp::Argument::new(4usize, 0usize)]),
            __mlp::Call::new(6usize, &[__mlp::Argument::new(2usize, 0usize)]),
        ];
    }
    __mlp::implement_serde! {
        [] [< '__de >] TwoTowers
    }
};
/// Predicts whether a user likes an item.
#[derive(::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
#[repr(C)]
pub struct TwoTowers {
    /// `Dense(2 => 4, tanh)`
    pub encode: Dense<2, 4, tanh>,
    /// `Dense(3 => 4, tanh)`
    pub left: Dense<3, 4, tanh>,
    /// `Add()`
    pub both: ::mlp::layers::Add<
        (::mlp::__private::Features<4>, ::mlp::__private::Features<4>),
    >,
    /// `Dense(4 => 1)`
    pub score: Dense<4, 1>,
    /// `Dense(2 => 1)`
    pub rest: Dense<2, 1>,
}
#[doc(hidden)]
#[allow(non_upper_case_globals)]
const __TwoTowers_both: ::core::primitive::usize = {
    use ::mlp::__private as __mlp;
    <<__mlp::layer!(
        ::mlp::layers::Add < (::mlp::__private::Features < 4 >,
        ::mlp::__private::Features < 4 >) >, { __mlp::is_merge(__mlp::Probe:: <
        ::mlp::layers::Add < (::mlp::__private::Features < 4 >,
        ::mlp::__private::Features < 4 >) > > ::IS_LAYER, "Add()", "2") }
    ) as __mlp::Module>::Output as __mlp::Shape>::FEATURES
};
/// The inputs of [`TwoTowers`] by name: data, targets or predictions.
#[allow(dead_code)]
#[derive(
    ::core::clone::Clone,
    ::core::marker::Copy,
    ::core::fmt::Debug,
    ::core::cmp::PartialEq
)]
pub struct TwoTowersInputs<__X0, __X1> {
    /// Of `user`.
    pub user: __X0,
    /// Of `item`.
    pub item: __X1,
}
impl<__X0, __X1> ::core::convert::From<(__X0, __X1)> for TwoTowersInputs<__X0, __X1> {
    fn from((user, item): (__X0, __X1)) -> Self {
        Self { user, item }
    }
}
::mlp::__private::implement_data! {
    TwoTowersInputs < __X0, __X1 > [__S0, __S1] [user, item] ::core::primitive::f32
}
/// The outputs of [`TwoTowers`] by name: data, targets or predictions.
#[allow(dead_code)]
#[derive(
    ::core::clone::Clone,
    ::core::marker::Copy,
    ::core::fmt::Debug,
    ::core::cmp::PartialEq
)]
pub struct TwoTowersOutputs<__X0, __X1> {
    /// Of `score`.
    pub score: __X0,
    /// Of `rest`.
    pub rest: __X1,
}
impl<__X0, __X1> ::core::convert::From<(__X0, __X1)> for TwoTowersOutputs<__X0, __X1> {
    fn from((score, rest): (__X0, __X1)) -> Self {
        Self { score, rest }
    }
}
::mlp::__private::implement_data! {
    TwoTowersOutputs < __X0, __X1 > [__S0, __S1] [score, rest] ::core::primitive::f32
}
