#[doc(hidden)]
#[allow(non_upper_case_globals)]
const __TwoTowers_both: ::core::primitive::usize = <<Add<
    (::mlp::__private::Features<4>, ::mlp::__private::Features<4>),
> as ::mlp::__private::Layer>::Output as ::mlp::__private::Shape>::FEATURES;
/// Whether a user likes an item.
#[derive(::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
#[repr(C)]
pub struct TwoTowers {
    /// `Dense(2 => 4, tanh)`
    pub encode: Dense<2, 4, tanh>,
    /// `Dense(3 => 4, tanh)`
    pub left: Dense<3, 4, tanh>,
    /// `Add()`
    pub both: Add<(::mlp::__private::Features<4>, ::mlp::__private::Features<4>)>,
    /// `Dense(4 => 1)`
    pub score: Dense<4, 1>,
    /// `Dense(2 => 1)`
    pub rest: Dense<2, 1>,
}
const _: () = {
    use ::core::primitive::{f32, str, usize};
    use ::mlp::__private as __mlp;
    const _: () = ::core::assert!(
        (0) < (2) && (2) <= < ::mlp::__private::Features < 4 > as __mlp::Shape >
        ::FEATURES,
        "a slice ends behind its start, and not behind the last feature of its value"
    );
    unsafe impl __mlp::Parameters for TwoTowers {
        type Scalar = f32;
        const COUNT: usize = __mlp::count::<f32, Dense<2, 4, tanh>>()
            + __mlp::count::<f32, Dense<3, 4, tanh>>()
            + __mlp::count::<
                f32,
                Add<(::mlp::__private::Features<4>, ::mlp::__private::Features<4>)>,
            >() + __mlp::count::<f32, Dense<4, 1>>()
            + __mlp::count::<f32, Dense<2, 1>>();
    }
    impl __mlp::WithScalar<f32> for TwoTowers {
        type Layer = Self;
    }
    pub struct __Options {
        encode: <Dense<2, 4, tanh> as __mlp::Layer>::Options,
        left: <Dense<3, 4, tanh> as __mlp::Layer>::Options,
        both: <Add<
            (::mlp::__private::Features<4>, ::mlp::__private::Features<4>),
        > as __mlp::Layer>::Options,
        score: <Dense<4, 1> as __mlp::Layer>::Options,
        rest: <Dense<2, 1> as __mlp::Layer>::Options,
    }
    impl ::core::default::Default for __Options {
        fn default() -> Self {
            Self {
                encode: ::core::default::Default::default(),
                left: ::core::default::Default::default(),
                both: ::core::default::Default::default(),
                score: ::core::default::Default::default(),
                rest: ::core::default::Default::default(),
            }
        }
    }
    pub struct __Cache {
        layers: __Layers,
        values: __Values,
        joined: __Joined,
        gradient_1: __mlp::Buffer<
            f32,
            <Add<
                (::mlp::__private::Features<4>, ::mlp::__private::Features<4>),
            > as __mlp::Layer>::Output,
        >,
        gradient_2: __mlp::Buffer<f32, __mlp::Features<4>>,
        gradient_3: __mlp::Buffer<f32, __mlp::Features<4>>,
        passing_1: __mlp::Passing<f32, __mlp::Features<4>>,
        passing_2: __mlp::Passing<f32, __mlp::Features<4>>,
        passing_3: __mlp::Passing<
            f32,
            <Add<
                (::mlp::__private::Features<4>, ::mlp::__private::Features<4>),
            > as __mlp::Layer>::Output,
        >,
        passing_joined: __mlp::Passing<
            f32,
            <Add<
                (::mlp::__private::Features<4>, ::mlp::__private::Features<4>),
            > as __mlp::Layer>::Input,
        >,
        scratch: __mlp::Buffer<
            f32,
            __mlp::Either<
                <Add<
                    (::mlp::__private::Features<4>, ::mlp::__private::Features<4>),
                > as __mlp::Layer>::Input,
                __mlp::Features<2>,
            >,
        >,
    }
    struct __Layers {
        left: <Dense<3, 4, tanh> as __mlp::Layer>::Cache,
        right: <Dense<2, 4, tanh> as __mlp::Layer>::Cache,
        both: <Add<
            (::mlp::__private::Features<4>, ::mlp::__private::Features<4>),
        > as __mlp::Layer>::Cache,
        score: <Dense<4, 1> as __mlp::Layer>::Cache,
        rest: <Dense<2, 1> as __mlp::Layer>::Cache,
    }
    struct __Values {
        left: __mlp::Buffer<f32, __mlp::Features<4>>,
        right: __mlp::Buffer<f32, __mlp::Features<4>>,
        both: __mlp::Buffer<
            f32,
            <Add<
                (::mlp::__private::Features<4>, ::mlp::__private::Features<4>),
            > as __mlp::Layer>::Output,
        >,
    }
    struct __Joined {
        both: __mlp::Buffer<
            f32,
            <Add<
                (::mlp::__private::Features<4>, ::mlp::__private::Features<4>),
            > as __mlp::Layer>::Input,
        >,
    }
    impl __mlp::Layer for TwoTowers {
        type Input = (::mlp::__private::Features<3>, ::mlp::__private::Features<2>);
        type Output = (::mlp::__private::Features<1>, ::mlp::__private::Features<1>);
        type Options = __Options;
        type Cache = __Cache;
        const WHOLE_BATCH: ::core::primitive::bool = <Dense<
            2,
            4,
            tanh,
        > as __mlp::Layer>::WHOLE_BATCH
            || <Dense<3, 4, tanh> as __mlp::Layer>::WHOLE_BATCH
            || <Add<
                (::mlp::__private::Features<4>, ::mlp::__private::Features<4>),
            > as __mlp::Layer>::WHOLE_BATCH || <Dense<4, 1> as __mlp::Layer>::WHOLE_BATCH
            || <Dense<2, 1> as __mlp::Layer>::WHOLE_BATCH;
        fn cache(samples: usize, purpose: __mlp::Purpose) -> Self::Cache {
            __Cache {
                layers: __Layers {
                    left: <Dense<3, 4, tanh> as __mlp::Layer>::cache(samples, purpose),
                    right: <Dense<2, 4, tanh> as __mlp::Layer>::cache(samples, purpose),
                    both: <Add<
                        (::mlp::__private::Features<4>, ::mlp::__private::Features<4>),
                    > as __mlp::Layer>::cache(samples, purpose),
                    score: <Dense<4, 1> as __mlp::Layer>::cache(samples, purpose),
                    rest: <Dense<2, 1> as __mlp::Layer>::cache(samples, purpose),
                },
                values: __Values {
                    left: purpose.kept(4, samples),
                    right: purpose.kept(4, samples),
                    both: purpose
                        .kept(
                            <<Add<
                                (
                                    ::mlp::__private::Features<4>,
                                    ::mlp::__private::Features<4>,
                                ),
                            > as __mlp::Layer>::Output as __mlp::Shape>::FEATURES,
                            samples,
                        ),
                },
                joined: __Joined {
                    both: purpose
                        .kept(
                            <<Add<
                                (
                                    ::mlp::__private::Features<4>,
                                    ::mlp::__private::Features<4>,
                                ),
                            > as __mlp::Layer>::Input as __mlp::Shape>::FEATURES,
                            samples,
                        ),
                },
                gradient_1: purpose
                    .kept(
                        <<Add<
                            (
                                ::mlp::__private::Features<4>,
                                ::mlp::__private::Features<4>,
                            ),
                        > as __mlp::Layer>::Output as __mlp::Shape>::FEATURES,
                        samples,
                    ),
                gradient_2: purpose.kept(4, samples),
                gradient_3: purpose.kept(4, samples),
                passing_1: purpose.passing(4, samples),
                passing_2: purpose.passing(4, samples),
                passing_3: purpose
                    .passing(
                        <<Add<
                            (
                                ::mlp::__private::Features<4>,
                                ::mlp::__private::Features<4>,
                            ),
                        > as __mlp::Layer>::Output as __mlp::Shape>::FEATURES,
                        samples,
                    ),
                passing_joined: purpose
                    .passing(
                        <<Add<
                            (
                                ::mlp::__private::Features<4>,
                                ::mlp::__private::Features<4>,
                            ),
                        > as __mlp::Layer>::Input as __mlp::Shape>::FEATURES,
                        samples,
                    ),
                scratch: purpose
                    .kept(
                        __mlp::largest([
                            <<Add<
                                (
                                    ::mlp::__private::Features<4>,
                                    ::mlp::__private::Features<4>,
                                ),
                            > as __mlp::Layer>::Input as __mlp::Shape>::FEATURES,
                            2,
                        ]),
                        samples,
                    ),
            }
        }
        fn initialize(
            &mut self,
            options: &Self::Options,
            generator: &mut __mlp::Rng,
        ) {
            __mlp::Layer::initialize(&mut self.encode, &options.encode, generator);
            __mlp::Layer::initialize(&mut self.left, &options.left, generator);
            __mlp::Layer::initialize(&mut self.both, &options.both, generator);
            __mlp::Layer::initialize(&mut self.score, &options.score, generator);
            __mlp::Layer::initialize(&mut self.rest, &options.rest, generator);
        }
        fn forward(
            &self,
            options: &Self::Options,
            mut mode: __mlp::Mode<'_>,
            input: __mlp::Tile<'_, Self::Scalar>,
            output: __mlp::TileMut<'_, Self::Scalar>,
            cache: &mut Self::Cache,
        ) {
            let samples = input.samples();
            let user = input.part(<Self::Input as __mlp::Part<0usize>>::OFFSET, 3);
            let item = input.part(<Self::Input as __mlp::Part<1usize>>::OFFSET, 2);
            let (mut score, output) = output
                .split_at(__mlp::Layer::outputs(&self.score));
            let mut rest = output;
            let mut left = cache
                .values
                .left
                .tile_mut_or(
                    &mut cache.passing_1,
                    __mlp::Layer::outputs(&self.left),
                    samples,
                );
            __mlp::Layer::forward(
                &self.left,
                &options.left,
                mode.reborrow(),
                user,
                left.reborrow(),
                &mut cache.layers.left,
            );
            let mut right = cache
                .values
                .right
                .tile_mut_or(
                    &mut cache.passing_2,
                    __mlp::Layer::outputs(&self.encode),
                    samples,
                );
            __mlp::Layer::forward(
                &self.encode,
                &options.encode,
                mode.reborrow(),
                item,
                right.reborrow(),
                &mut cache.layers.right,
            );
            let mut joined = cache
                .joined
                .both
                .tile_mut_or(
                    &mut cache.passing_joined,
                    __mlp::Layer::inputs(&self.both),
                    samples,
                );
            __mlp::join(joined.reborrow(), [left.as_tile(), right.as_tile()]);
            let mut both = cache
                .values
                .both
                .tile_mut_or(
                    &mut cache.passing_3,
                    __mlp::Layer::outputs(&self.both),
                    samples,
                );
            __mlp::Layer::forward(
                &self.both,
                &options.both,
                mode.reborrow(),
                joined.as_tile(),
                both.reborrow(),
                &mut cache.layers.both,
            );
            __mlp::Layer::forward(
                &self.score,
                &options.score,
                mode.reborrow(),
                both.as_tile(),
                score.reborrow(),
                &mut cache.layers.score,
            );
            __mlp::Layer::forward(
                &self.rest,
                &options.rest,
                mode.reborrow(),
                left.as_tile().part(0, 2usize),
                rest.reborrow(),
                &mut cache.layers.rest,
            );
        }
        fn backward(
            &self,
            options: &Self::Options,
            pass: __mlp::Backward<'_, Self>,
            cache: &mut Self::Cache,
        ) {
            let samples = pass.input.samples();
            let user = pass.input.part(<Self::Input as __mlp::Part<0usize>>::OFFSET, 3);
            let item = pass.input.part(<Self::Input as __mlp::Part<1usize>>::OFFSET, 2);
            let left = cache
                .values
                .left
                .tile(__mlp::Layer::outputs(&self.left), samples);
            let right = cache
                .values
                .right
                .tile(__mlp::Layer::outputs(&self.encode), samples);
            let both = cache
                .values
                .both
                .tile(__mlp::Layer::outputs(&self.both), samples);
            let score = pass
                .output
                .part(
                    <Self::Output as __mlp::Part<0usize>>::OFFSET,
                    __mlp::Layer::outputs(&self.score),
                );
            let (mut output_gradient_1, output_gradient) = pass
                .output_gradient
                .split_at(__mlp::Layer::outputs(&self.score));
            let rest = pass
                .output
                .part(
                    <Self::Output as __mlp::Part<1usize>>::OFFSET,
                    __mlp::Layer::outputs(&self.rest),
                );
            let mut output_gradient_2 = output_gradient;
            let mut input_gradient = pass.input_gradient;
            let mut scratch = cache
                .scratch
                .tile_mut(__mlp::Layer::inputs(&self.rest), samples);
            __mlp::Layer::backward(
                &self.rest,
                &options.rest,
                __mlp::Backward {
                    input: left.part(0, 2usize),
                    output: rest,
                    output_gradient: output_gradient_2.reborrow(),
                    input_gradient: ::core::option::Option::Some(scratch.reborrow()),
                    input_epilogue: __mlp::Epilogue::Identity,
                    output_epilogue: __mlp::Epilogue::Identity,
                    gradient: &mut pass.gradient.rest,
                },
                &mut cache.layers.rest,
            );
            let mut gradient_3 = cache
                .gradient_3
                .tile_mut(__mlp::Layer::outputs(&self.left), samples);
            gradient_3.reborrow().fill(0.0);
            gradient_3.reborrow().part(0, 2usize).add(scratch.as_tile());
            let mut gradient_1 = cache
                .gradient_1
                .tile_mut(__mlp::Layer::outputs(&self.both), samples);
            __mlp::Layer::backward(
                &self.score,
                &options.score,
                __mlp::Backward {
                    input: both,
                    output: score,
                    output_gradient: output_gradient_1.reborrow(),
                    input_gradient: ::core::option::Option::Some(gradient_1.reborrow()),
                    input_epilogue: __mlp::handed_on(&self.both, &self.score),
                    output_epilogue: __mlp::Epilogue::Identity,
                    gradient: &mut pass.gradient.score,
                },
                &mut cache.layers.score,
            );
            let mut scratch = cache
                .scratch
                .tile_mut(__mlp::Layer::inputs(&self.both), samples);
            __mlp::Layer::backward(
                &self.both,
                &options.both,
                __mlp::Backward {
                    input: cache
                        .joined
                        .both
                        .tile(__mlp::Layer::inputs(&self.both), samples),
                    output: both,
                    output_gradient: gradient_1,
                    input_gradient: ::core::option::Option::Some(scratch.reborrow()),
                    input_epilogue: __mlp::Epilogue::Identity,
                    output_epilogue: __mlp::handed_on(&self.both, &self.score),
                    gradient: &mut pass.gradient.both,
                },
                &mut cache.layers.both,
            );
            gradient_3
                .reborrow()
                .add(scratch.as_tile().part(0, __mlp::Layer::outputs(&self.left)));
            let mut gradient_2 = cache
                .gradient_2
                .tile_mut(__mlp::Layer::outputs(&self.encode), samples);
            gradient_2
                .reborrow()
                .copy_from(
                    scratch
                        .as_tile()
                        .part(
                            0 + __mlp::Layer::outputs(&self.left),
                            __mlp::Layer::outputs(&self.encode),
                        ),
                );
            __mlp::Layer::backward(
                &self.encode,
                &options.encode,
                __mlp::Backward {
                    input: item,
                    output: right,
                    output_gradient: gradient_2,
                    input_gradient: input_gradient
                        .as_mut()
                        .map(|gradient| {
                            gradient
                                .reborrow()
                                .part(<Self::Input as __mlp::Part<1usize>>::OFFSET, 2)
                        }),
                    input_epilogue: __mlp::Epilogue::Identity,
                    output_epilogue: __mlp::Epilogue::Identity,
                    gradient: &mut pass.gradient.encode,
                },
                &mut cache.layers.right,
            );
            __mlp::Layer::backward(
                &self.left,
                &options.left,
                __mlp::Backward {
                    input: user,
                    output: left,
                    output_gradient: gradient_3,
                    input_gradient: input_gradient
                        .as_mut()
                        .map(|gradient| {
                            gradient
                                .reborrow()
                                .part(<Self::Input as __mlp::Part<0usize>>::OFFSET, 3)
                        }),
                    input_epilogue: __mlp::Epilogue::Identity,
                    output_epilogue: __mlp::Epilogue::Identity,
                    gradient: &mut pass.gradient.left,
                },
                &mut cache.layers.left,
            );
        }
        #[inline(always)]
        fn forward_one<__V: __mlp::Vector<Scalar = Self::Scalar>>(
            &self,
            options: &Self::Options,
            input: &<Self::Input as __mlp::Shape>::Sample<Self::Scalar>,
        ) -> <Self::Output as __mlp::Shape>::Sample<Self::Scalar> {
            let left = __mlp::Layer::forward_one::<
                __V,
            >(&self.left, &options.left, &input.0);
            let right = __mlp::Layer::forward_one::<
                __V,
            >(&self.encode, &options.encode, &input.1);
            let both = <__mlp::Connection as __mlp::Fits<
                { __TwoTowers_both },
                { __TwoTowers_both },
            >>::fit::<
                _,
                <Add<
                    (::mlp::__private::Features<4>, ::mlp::__private::Features<4>),
                > as __mlp::Layer>::Output,
                ::mlp::__private::Features<{ __TwoTowers_both }>,
            >(
                &__mlp::Layer::forward_one::<
                    __V,
                >(
                    &self.both,
                    &options.both,
                    &<<Add<
                        (::mlp::__private::Features<4>, ::mlp::__private::Features<4>),
                    > as __mlp::Layer>::Input as __mlp::Arity<
                        2usize,
                    >>::together((
                        <__mlp::Connection as __mlp::Fits<
                            4,
                            {
                                <<<<Add<
                                    (
                                        ::mlp::__private::Features<4>,
                                        ::mlp::__private::Features<4>,
                                    ),
                                > as __mlp::Layer>::Input as __mlp::Arity<
                                    2usize,
                                >>::Whole as __mlp::Part<
                                    0usize,
                                >>::Shape as __mlp::Shape>::FEATURES
                            },
                        >>::fit::<
                            _,
                            ::mlp::__private::Features<4>,
                            <<<Add<
                                (
                                    ::mlp::__private::Features<4>,
                                    ::mlp::__private::Features<4>,
                                ),
                            > as __mlp::Layer>::Input as __mlp::Arity<
                                2usize,
                            >>::Whole as __mlp::Part<0usize>>::Shape,
                        >(&left),
                        <__mlp::Connection as __mlp::Fits<
                            4,
                            {
                                <<<<Add<
                                    (
                                        ::mlp::__private::Features<4>,
                                        ::mlp::__private::Features<4>,
                                    ),
                                > as __mlp::Layer>::Input as __mlp::Arity<
                                    2usize,
                                >>::Whole as __mlp::Part<
                                    1usize,
                                >>::Shape as __mlp::Shape>::FEATURES
                            },
                        >>::fit::<
                            _,
                            ::mlp::__private::Features<4>,
                            <<<Add<
                                (
                                    ::mlp::__private::Features<4>,
                                    ::mlp::__private::Features<4>,
                                ),
                            > as __mlp::Layer>::Input as __mlp::Arity<
                                2usize,
                            >>::Whole as __mlp::Part<1usize>>::Shape,
                        >(&right),
                    )),
                ),
            );
            let score = __mlp::Layer::forward_one::<
                __V,
            >(
                &self.score,
                &options.score,
                &<__mlp::Connection as __mlp::Fits<
                    { __TwoTowers_both },
                    4,
                >>::fit::<
                    _,
                    ::mlp::__private::Features<{ __TwoTowers_both }>,
                    <Dense<4, 1> as __mlp::Layer>::Input,
                >(&both),
            );
            let rest = __mlp::Layer::forward_one::<
                __V,
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
            __mlp::Layer::update(
                &mut self.encode,
                &options.encode,
                &gradient.encode,
                rule,
            );
            __mlp::Layer::update(&mut self.left, &options.left, &gradient.left, rule);
            __mlp::Layer::update(&mut self.both, &options.both, &gradient.both, rule);
            __mlp::Layer::update(&mut self.score, &options.score, &gradient.score, rule);
            __mlp::Layer::update(&mut self.rest, &options.rest, &gradient.rest, rule);
        }
        fn penalty(
            &self,
            options: &Self::Options,
            mut gradient: ::core::option::Option<&mut Self>,
        ) -> ::core::primitive::f64 {
            __mlp::Layer::penalty(
                &self.encode,
                &options.encode,
                gradient.as_deref_mut().map(|gradient| &mut gradient.encode),
            )
                + __mlp::Layer::penalty(
                    &self.left,
                    &options.left,
                    gradient.as_deref_mut().map(|gradient| &mut gradient.left),
                )
                + __mlp::Layer::penalty(
                    &self.both,
                    &options.both,
                    gradient.as_deref_mut().map(|gradient| &mut gradient.both),
                )
                + __mlp::Layer::penalty(
                    &self.score,
                    &options.score,
                    gradient.as_deref_mut().map(|gradient| &mut gradient.score),
                )
                + __mlp::Layer::penalty(
                    &self.rest,
                    &options.rest,
                    gradient.as_deref_mut().map(|gradient| &mut gradient.rest),
                )
        }
        __mlp::if_onnx! {
            fn export(& self, options : & Self::Options, graph : & mut
            __mlp::onnx::Graph, inputs : & [__mlp::onnx::Value],) ->
            __mlp::onnx::Exported { let arguments = [(inputs[0usize..= 0usize]).to_vec()]
            .concat(); let left = graph.layer("left", | graph | { __mlp::Layer::export(&
            self.left, & options.left, graph, & arguments) }) ?; let arguments =
            [(inputs[1usize..= 1usize]).to_vec()].concat(); let right = graph
            .layer("encode", | graph | { __mlp::Layer::export(& self.encode, & options
            .encode, graph, & arguments) }) ?; let arguments = [(left[..]).to_vec(),
            (right[..]).to_vec()].concat(); let both = graph.layer("both", | graph | {
            __mlp::Layer::export(& self.both, & options.both, graph, & arguments) }) ?;
            let arguments = [(both[..]).to_vec()].concat(); let score = graph
            .layer("score", | graph | { __mlp::Layer::export(& self.score, & options
            .score, graph, & arguments) }) ?; let arguments = [[graph.slice(& (left[..])
            [0], 0, 2usize)].to_vec()].concat(); let rest = graph.layer("rest", | graph |
            { __mlp::Layer::export(& self.rest, & options.rest, graph, & arguments) }) ?;
            ::core::result::Result::Ok([(score[..]).to_vec(), (rest[..]).to_vec()]
            .concat()) }
        }
        fn summarize(name: &str, options: &Self::Options, summary: &mut __mlp::Summary) {
            summary.network::<Self>(name, options);
        }
    }
    impl __mlp::Network for TwoTowers {
        const NAME: &'static str = "TwoTowers";
        const KIND: &'static str = "Functional";
        const OUTPUTS: &'static [&'static str] = &["score", "rest"];
        const CALLS: &'static [__mlp::Call] = &[
            __mlp::Call {
                row: 3usize,
                arguments: &[
                    __mlp::Origin {
                        call: 0usize,
                        value: 0usize,
                    },
                ],
            },
            __mlp::Call {
                row: 2usize,
                arguments: &[
                    __mlp::Origin {
                        call: 1usize,
                        value: 0usize,
                    },
                ],
            },
            __mlp::Call {
                row: 4usize,
                arguments: &[
                    __mlp::Origin {
                        call: 2usize,
                        value: 0usize,
                    },
                    __mlp::Origin {
                        call: 3usize,
                        value: 0usize,
                    },
                ],
            },
            __mlp::Call {
                row: 5usize,
                arguments: &[
                    __mlp::Origin {
                        call: 4usize,
                        value: 0usize,
                    },
                ],
            },
            __mlp::Call {
                row: 6usize,
                arguments: &[
                    __mlp::Origin {
                        call: 2usize,
                        value: 0usize,
                    },
                ],
            },
        ];
        fn rows(options: &Self::Options, summary: &mut __mlp::Summary) {
            summary.input::<::mlp::__private::Features<3>>("user");
            summary.input::<::mlp::__private::Features<2>>("item");
            <Dense<
                2,
                4,
                tanh,
            > as __mlp::Layer>::summarize("encode", &options.encode, summary);
            <Dense<
                3,
                4,
                tanh,
            > as __mlp::Layer>::summarize("left", &options.left, summary);
            <Add<
                (::mlp::__private::Features<4>, ::mlp::__private::Features<4>),
            > as __mlp::Layer>::summarize("both", &options.both, summary);
            <Dense<4, 1> as __mlp::Layer>::summarize("score", &options.score, summary);
            <Dense<2, 1> as __mlp::Layer>::summarize("rest", &options.rest, summary);
        }
    }
    __mlp::implement_serde! {
        [] [< '__de >] TwoTowers
    }
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
const _: () = {
    impl<__X0, __X1> ::core::convert::From<(__X0, __X1)>
    for TwoTowersInputs<__X0, __X1> {
        fn from((user, item): (__X0, __X1)) -> Self {
            Self { user, item }
        }
    }
    impl<
        __S0: ::mlp::__private::Shape,
        __S1: ::mlp::__private::Shape,
        __X0: ::mlp::__private::Data<::core::primitive::f32, __S0>,
        __X1: ::mlp::__private::Data<::core::primitive::f32, __S1>,
    > ::mlp::__private::Data<::core::primitive::f32, (__S0, __S1)>
    for TwoTowersInputs<__X0, __X1> {
        fn samples(&self) -> ::core::primitive::usize {
            <(
                &__X0,
                &__X1,
            ) as ::mlp::__private::Data<
                ::core::primitive::f32,
                (__S0, __S1),
            >>::samples(&(&self.user, &self.item))
        }
        fn get(
            &self,
            sample: ::core::primitive::usize,
            feature: ::core::primitive::usize,
        ) -> ::core::primitive::f32 {
            <(
                &__X0,
                &__X1,
            ) as ::mlp::__private::Data<
                ::core::primitive::f32,
                (__S0, __S1),
            >>::get(&(&self.user, &self.item), sample, feature)
        }
        fn copy_to(
            &self,
            rows: ::mlp::__private::Rows<'_>,
            tile: ::mlp::__private::TileMut<'_, ::core::primitive::f32>,
        ) {
            <(
                &__X0,
                &__X1,
            ) as ::mlp::__private::Data<
                ::core::primitive::f32,
                (__S0, __S1),
            >>::copy_to(&(&self.user, &self.item), rows, tile);
        }
        fn mismatched_rows(
            &self,
        ) -> ::core::option::Option<
            (::core::primitive::usize, ::core::primitive::usize),
        > {
            <(
                &__X0,
                &__X1,
            ) as ::mlp::__private::Data<
                ::core::primitive::f32,
                (__S0, __S1),
            >>::mismatched_rows(&(&self.user, &self.item))
        }
        fn is_finite(&self) -> ::core::primitive::bool {
            <(
                &__X0,
                &__X1,
            ) as ::mlp::__private::Data<
                ::core::primitive::f32,
                (__S0, __S1),
            >>::is_finite(&(&self.user, &self.item))
        }
    }
};
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
const _: () = {
    impl<__X0, __X1> ::core::convert::From<(__X0, __X1)>
    for TwoTowersOutputs<__X0, __X1> {
        fn from((score, rest): (__X0, __X1)) -> Self {
            Self { score, rest }
        }
    }
    impl<
        __S0: ::mlp::__private::Shape,
        __S1: ::mlp::__private::Shape,
        __X0: ::mlp::__private::Data<::core::primitive::f32, __S0>,
        __X1: ::mlp::__private::Data<::core::primitive::f32, __S1>,
    > ::mlp::__private::Data<::core::primitive::f32, (__S0, __S1)>
    for TwoTowersOutputs<__X0, __X1> {
        fn samples(&self) -> ::core::primitive::usize {
            <(
                &__X0,
                &__X1,
            ) as ::mlp::__private::Data<
                ::core::primitive::f32,
                (__S0, __S1),
            >>::samples(&(&self.score, &self.rest))
        }
        fn get(
            &self,
            sample: ::core::primitive::usize,
            feature: ::core::primitive::usize,
        ) -> ::core::primitive::f32 {
            <(
                &__X0,
                &__X1,
            ) as ::mlp::__private::Data<
                ::core::primitive::f32,
                (__S0, __S1),
            >>::get(&(&self.score, &self.rest), sample, feature)
        }
        fn copy_to(
            &self,
            rows: ::mlp::__private::Rows<'_>,
            tile: ::mlp::__private::TileMut<'_, ::core::primitive::f32>,
        ) {
            <(
                &__X0,
                &__X1,
            ) as ::mlp::__private::Data<
                ::core::primitive::f32,
                (__S0, __S1),
            >>::copy_to(&(&self.score, &self.rest), rows, tile);
        }
        fn mismatched_rows(
            &self,
        ) -> ::core::option::Option<
            (::core::primitive::usize, ::core::primitive::usize),
        > {
            <(
                &__X0,
                &__X1,
            ) as ::mlp::__private::Data<
                ::core::primitive::f32,
                (__S0, __S1),
            >>::mismatched_rows(&(&self.score, &self.rest))
        }
        fn is_finite(&self) -> ::core::primitive::bool {
            <(
                &__X0,
                &__X1,
            ) as ::mlp::__private::Data<
                ::core::primitive::f32,
                (__S0, __S1),
            >>::is_finite(&(&self.score, &self.rest))
        }
    }
};
