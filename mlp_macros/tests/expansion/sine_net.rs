/// Approximates sin on [0, 2π].
#[derive(::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
#[repr(C)]
pub struct SineNet {
    /// `Dense(1 => 10, relu)`
    pub dense_1: Dense<1, 10, relu>,
    /// `Dense(10 => 10, relu)`
    pub hidden: Dense<10, 10, relu>,
    /// `Dense(10 => 1)`
    pub dense_2: Dense<10, 1>,
}
const _: () = {
    use ::core::primitive::{f32, str, usize};
    use ::mlp::__private as __mlp;
    unsafe impl __mlp::Parameters for SineNet {
        type Scalar = f32;
        const COUNT: usize = __mlp::count::<f32, Dense<1, 10, relu>>()
            + __mlp::count::<f32, Dense<10, 10, relu>>()
            + __mlp::count::<f32, Dense<10, 1>>();
    }
    impl __mlp::WithScalar<f32> for SineNet {
        type Layer = Self;
    }
    pub struct __Options {
        dense_1: <Dense<1, 10, relu> as __mlp::Layer>::Options,
        hidden: <Dense<10, 10, relu> as __mlp::Layer>::Options,
        dense_2: <Dense<10, 1> as __mlp::Layer>::Options,
    }
    impl ::core::default::Default for __Options {
        fn default() -> Self {
            Self {
                dense_1: ::core::default::Default::default(),
                hidden: ::core::default::Default::default(),
                dense_2: ::core::default::Default::default(),
            }
        }
    }
    pub struct __Cache {
        layers: __Layers,
        values: __Values,
        gradient_1: __mlp::Buffer<f32, __mlp::Features<10>>,
        gradient_2: __mlp::Buffer<f32, __mlp::Features<10>>,
        passing_1: __mlp::Passing<f32, __mlp::Features<10>>,
        passing_2: __mlp::Passing<f32, __mlp::Features<10>>,
    }
    struct __Layers {
        dense_1: <Dense<1, 10, relu> as __mlp::Layer>::Cache,
        hidden: <Dense<10, 10, relu> as __mlp::Layer>::Cache,
        dense_2: <Dense<10, 1> as __mlp::Layer>::Cache,
    }
    struct __Values {
        dense_1: __mlp::Buffer<f32, __mlp::Features<10>>,
        hidden: __mlp::Buffer<f32, __mlp::Features<10>>,
    }
    impl __mlp::Layer for SineNet {
        type Input = <Dense<1, 10, relu> as __mlp::Layer>::Input;
        type Output = <Dense<10, 1> as __mlp::Layer>::Output;
        type Options = __Options;
        type Cache = __Cache;
        const WHOLE_BATCH: ::core::primitive::bool = <Dense<
            1,
            10,
            relu,
        > as __mlp::Layer>::WHOLE_BATCH
            || <Dense<10, 10, relu> as __mlp::Layer>::WHOLE_BATCH
            || <Dense<10, 1> as __mlp::Layer>::WHOLE_BATCH;
        fn cache(samples: usize, purpose: __mlp::Purpose) -> Self::Cache {
            __Cache {
                layers: __Layers {
                    dense_1: <Dense<
                        1,
                        10,
                        relu,
                    > as __mlp::Layer>::cache(samples, purpose),
                    hidden: <Dense<
                        10,
                        10,
                        relu,
                    > as __mlp::Layer>::cache(samples, purpose),
                    dense_2: <Dense<10, 1> as __mlp::Layer>::cache(samples, purpose),
                },
                values: __Values {
                    dense_1: purpose.kept(10, samples),
                    hidden: purpose.kept(10, samples),
                },
                gradient_1: purpose.kept(10, samples),
                gradient_2: purpose.kept(10, samples),
                passing_1: purpose.passing(10, samples),
                passing_2: purpose.passing(10, samples),
            }
        }
        fn initialize(
            &mut self,
            options: &Self::Options,
            generator: &mut __mlp::Rng,
        ) {
            __mlp::Layer::initialize(&mut self.dense_1, &options.dense_1, generator);
            __mlp::Layer::initialize(&mut self.hidden, &options.hidden, generator);
            __mlp::Layer::initialize(&mut self.dense_2, &options.dense_2, generator);
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
            let mut dense_1 = cache
                .values
                .dense_1
                .tile_mut_or(
                    &mut cache.passing_1,
                    __mlp::Layer::outputs(&self.dense_1),
                    samples,
                );
            __mlp::Layer::forward(
                &self.dense_1,
                &options.dense_1,
                mode.reborrow(),
                input,
                dense_1.reborrow(),
                &mut cache.layers.dense_1,
            );
            let mut hidden = cache
                .values
                .hidden
                .tile_mut_or(
                    &mut cache.passing_2,
                    __mlp::Layer::outputs(&self.hidden),
                    samples,
                );
            __mlp::Layer::forward(
                &self.hidden,
                &options.hidden,
                mode.reborrow(),
                dense_1.as_tile(),
                hidden.reborrow(),
                &mut cache.layers.hidden,
            );
            __mlp::Layer::forward(
                &self.dense_2,
                &options.dense_2,
                mode.reborrow(),
                hidden.as_tile(),
                output,
                &mut cache.layers.dense_2,
            );
        }
        fn backward(
            &self,
            options: &Self::Options,
            pass: __mlp::Backward<'_, Self>,
            cache: &mut Self::Cache,
        ) {
            let samples = pass.input.samples();
            let dense_1 = cache
                .values
                .dense_1
                .tile(__mlp::Layer::outputs(&self.dense_1), samples);
            let hidden = cache
                .values
                .hidden
                .tile(__mlp::Layer::outputs(&self.hidden), samples);
            let mut gradient_1 = cache
                .gradient_1
                .tile_mut(__mlp::Layer::outputs(&self.hidden), samples);
            __mlp::Layer::backward(
                &self.dense_2,
                &options.dense_2,
                __mlp::Backward {
                    input: hidden,
                    output: pass.output,
                    output_gradient: pass.output_gradient,
                    input_gradient: ::core::option::Option::Some(gradient_1.reborrow()),
                    input_epilogue: __mlp::handed_on(&self.hidden, &self.dense_2),
                    output_epilogue: __mlp::Epilogue::Identity,
                    gradient: &mut pass.gradient.dense_2,
                },
                &mut cache.layers.dense_2,
            );
            let mut gradient_2 = cache
                .gradient_2
                .tile_mut(__mlp::Layer::outputs(&self.dense_1), samples);
            __mlp::Layer::backward(
                &self.hidden,
                &options.hidden,
                __mlp::Backward {
                    input: dense_1,
                    output: hidden,
                    output_gradient: gradient_1,
                    input_gradient: ::core::option::Option::Some(gradient_2.reborrow()),
                    input_epilogue: __mlp::handed_on(&self.dense_1, &self.hidden),
                    output_epilogue: __mlp::handed_on(&self.hidden, &self.dense_2),
                    gradient: &mut pass.gradient.hidden,
                },
                &mut cache.layers.hidden,
            );
            __mlp::Layer::backward(
                &self.dense_1,
                &options.dense_1,
                __mlp::Backward {
                    input: pass.input,
                    output: dense_1,
                    output_gradient: gradient_2,
                    input_gradient: pass.input_gradient,
                    input_epilogue: __mlp::Epilogue::Identity,
                    output_epilogue: __mlp::handed_on(&self.dense_1, &self.hidden),
                    gradient: &mut pass.gradient.dense_1,
                },
                &mut cache.layers.dense_1,
            );
        }
        #[inline(always)]
        fn forward_one<__V: __mlp::Vector<Scalar = Self::Scalar>>(
            &self,
            options: &Self::Options,
            input: &<Self::Input as __mlp::Shape>::Sample<Self::Scalar>,
        ) -> <Self::Output as __mlp::Shape>::Sample<Self::Scalar> {
            let dense_1 = __mlp::Layer::forward_one::<
                __V,
            >(&self.dense_1, &options.dense_1, input);
            let hidden = __mlp::Layer::forward_one::<
                __V,
            >(&self.hidden, &options.hidden, &dense_1);
            __mlp::Layer::forward_one::<__V>(&self.dense_2, &options.dense_2, &hidden)
        }
        fn update(
            &mut self,
            options: &Self::Options,
            gradient: &Self,
            rule: __mlp::UpdateRule<'_, Self::Scalar>,
        ) {
            __mlp::Layer::update(
                &mut self.dense_1,
                &options.dense_1,
                &gradient.dense_1,
                rule,
            );
            __mlp::Layer::update(
                &mut self.hidden,
                &options.hidden,
                &gradient.hidden,
                rule,
            );
            __mlp::Layer::update(
                &mut self.dense_2,
                &options.dense_2,
                &gradient.dense_2,
                rule,
            );
        }
        fn penalty(
            &self,
            options: &Self::Options,
            mut gradient: ::core::option::Option<&mut Self>,
        ) -> ::core::primitive::f64 {
            __mlp::Layer::penalty(
                &self.dense_1,
                &options.dense_1,
                gradient.as_deref_mut().map(|gradient| &mut gradient.dense_1),
            )
                + __mlp::Layer::penalty(
                    &self.hidden,
                    &options.hidden,
                    gradient.as_deref_mut().map(|gradient| &mut gradient.hidden),
                )
                + __mlp::Layer::penalty(
                    &self.dense_2,
                    &options.dense_2,
                    gradient.as_deref_mut().map(|gradient| &mut gradient.dense_2),
                )
        }
        __mlp::if_onnx! {
            fn export(& self, options : & Self::Options, graph : & mut
            __mlp::onnx::Graph, inputs : & [__mlp::onnx::Value],) ->
            __mlp::onnx::Exported { let arguments = [(inputs).to_vec()].concat(); let
            dense_1 = graph.layer("dense_1", | graph | { __mlp::Layer::export(& self
            .dense_1, & options.dense_1, graph, & arguments) }) ?; let arguments =
            [(dense_1[..]).to_vec()].concat(); let hidden = graph.layer("hidden", | graph
            | { __mlp::Layer::export(& self.hidden, & options.hidden, graph, & arguments)
            }) ?; let arguments = [(hidden[..]).to_vec()].concat(); let dense_2 = graph
            .layer("dense_2", | graph | { __mlp::Layer::export(& self.dense_2, & options
            .dense_2, graph, & arguments) }) ?; ::core::result::Result::Ok([(dense_2[..])
            .to_vec()].concat()) }
        }
        fn summarize(name: &str, options: &Self::Options, summary: &mut __mlp::Summary) {
            summary.network::<Self>(name, options);
        }
    }
    impl __mlp::Network for SineNet {
        const NAME: &'static str = "SineNet";
        const KIND: &'static str = "Sequential";
        const OUTPUTS: &'static [&'static str] = &["dense_2"];
        const CALLS: &'static [__mlp::Call] = &[
            __mlp::Call {
                row: 0usize,
                arguments: &[],
            },
            __mlp::Call {
                row: 1usize,
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
        ];
        fn rows(options: &Self::Options, summary: &mut __mlp::Summary) {
            <Dense<
                1,
                10,
                relu,
            > as __mlp::Layer>::summarize("dense_1", &options.dense_1, summary);
            <Dense<
                10,
                10,
                relu,
            > as __mlp::Layer>::summarize("hidden", &options.hidden, summary);
            <Dense<
                10,
                1,
            > as __mlp::Layer>::summarize("dense_2", &options.dense_2, summary);
        }
    }
    __mlp::implement_serde! {
        [] [< '__de >] SineNet
    }
};
