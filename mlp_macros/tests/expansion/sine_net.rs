const _: () = {
    use ::core::option::Option::Some as __Some;
    use ::core::primitive::{f32, bool, str, usize};
    use ::mlp::__private as __mlp;
    #[derive(::core::default::Default)]
    pub struct __Options {
        pub dense_1: __mlp::Options<__Dense1>,
        pub hidden: __mlp::Options<__Hidden>,
        pub dense_2: __mlp::Options<__Dense2>,
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
    type __Dense1 = __mlp::layer!(
        Dense < 1, 10, relu >, { __mlp::is_layer(__mlp::Probe:: < Dense < 1, 10, relu > >
        ::IS_LAYER, "Dense(1 => 10, relu)", "relu") &&
        __mlp::has_scalar(__mlp::ScalarProbe:: < Dense < 1, 10, relu >,
        ::core::primitive::f32 > ::IS_OF_SCALAR, "Dense", "f32") }
    );
    type __Hidden = __mlp::layer!(
        Dense < 10, 10, relu >, { __mlp::is_layer(__mlp::Probe:: < Dense < 10, 10, relu >
        > ::IS_LAYER, "Dense(10 => 10, relu)", "relu") &&
        __mlp::has_scalar(__mlp::ScalarProbe:: < Dense < 10, 10, relu >,
        ::core::primitive::f32 > ::IS_OF_SCALAR, "Dense", "f32") }
    );
    type __Dense2 = __mlp::layer!(
        Dense < 10, 1 >, { __mlp::is_layer(__mlp::Probe:: < Dense < 10, 1 > > ::IS_LAYER,
        "Dense(10 => 1)", "") && __mlp::has_scalar(__mlp::ScalarProbe:: < Dense < 10, 1
        >, ::core::primitive::f32 > ::IS_OF_SCALAR, "Dense", "f32") }
    );
    const _: () = __mlp::check_sizes::<__Dense1>();
    const _: () = __mlp::check_sizes::<__Hidden>();
    const _: () = __mlp::check_sizes::<__Dense2>();
    unsafe impl __mlp::Parameters for SineNet {
        type Scalar = f32;
        const COUNT: usize = __mlp::count::<f32, __Dense1>()
            + __mlp::count::<f32, __Hidden>() + __mlp::count::<f32, __Dense2>();
    }
    impl __mlp::WithScalar<f32> for SineNet {
        type Layer = Self;
    }
    pub struct __Cache<__M: __mlp::Memory> {
        dense_1: __mlp::Step<__M, __Dense1>,
        hidden: __mlp::Step<__M, __Hidden>,
        dense_2: __mlp::LayerCache<__M, __Dense2>,
        __gradient_1: __M::Buffer<f32, __mlp::Features<10>>,
        __gradient_2: __M::Buffer<f32, __mlp::Features<10>>,
        __inference_1: __M::HeapBuffer<f32, __mlp::Features<10>>,
        __inference_2: __M::HeapBuffer<f32, __mlp::Features<10>>,
    }
    impl __mlp::Module for SineNet {
        type Input = <__Dense1 as __mlp::Module>::Input;
        type Output = <__Dense2 as __mlp::Module>::Output;
        type Options = __Options;
        type Cache<__M: __mlp::Memory> = __Cache<__M>;
        const KIND: &'static str = "Sequential";
        const OPTIONS: &'static [&'static str] = &["trainable"];
        const LAYERS: &'static [__mlp::LayerInfo] = &[
            __mlp::LayerInfo::layer::<__Dense1>("dense_1"),
            __mlp::LayerInfo::layer::<__Hidden>("hidden"),
            __mlp::LayerInfo::layer::<__Dense2>("dense_2"),
        ];
        const LINKS: &'static [::core::option::Option<__mlp::Link<Self::Scalar>>] = &[
            __mlp::link::<__Dense1>(),
            __mlp::link::<__Hidden>(),
            __mlp::link::<__Dense2>(),
        ];
        const IS_OPTIMIZED: ::core::primitive::bool = !::core::cfg!(debug_assertions);
        fn cache<__M: __mlp::Memory>(
            allocator: __mlp::Allocator<__M>,
        ) -> Self::Cache<__M> {
            __Cache {
                dense_1: __mlp::Step::new(allocator),
                hidden: __mlp::Step::new(allocator),
                dense_2: __mlp::LayerCache::new(allocator),
                __gradient_1: allocator.training(10),
                __gradient_2: allocator.training(10),
                __inference_1: allocator.inference(10),
                __inference_2: allocator.inference(10),
            }
        }
        fn initialize(&mut self, options: &Self::Options, rng: &mut __mlp::Rng) {
            <__Dense1 as __mlp::Module>::initialize(
                &mut self.dense_1,
                &options.dense_1,
                rng,
            );
            <__Hidden as __mlp::Module>::initialize(
                &mut self.hidden,
                &options.hidden,
                rng,
            );
            <__Dense2 as __mlp::Module>::initialize(
                &mut self.dense_2,
                &options.dense_2,
                rng,
            );
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
            let dense_1 = __mlp::Step::<
                _,
                __Dense1,
            >::forward(
                &mut cache.dense_1,
                (&self.dense_1, &options.dense_1),
                mode.reborrow(),
                input,
                &mut cache.__inference_1,
            );
            let hidden = __mlp::Step::<
                _,
                __Hidden,
            >::forward(
                &mut cache.hidden,
                (&self.hidden, &options.hidden),
                mode.reborrow(),
                dense_1.as_tile(),
                &mut cache.__inference_2,
            );
            __mlp::forward::<
                _,
                __Dense2,
            >(
                (&self.dense_2, &options.dense_2),
                mode.reborrow(),
                hidden.as_tile(),
                output,
                &mut cache.dense_2,
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
            let (mut hidden, __hidden_cache) = cache
                .hidden
                .split_with_gradient::<__Dense2>(samples, &mut cache.__gradient_1);
            __mlp::backward::<
                _,
                __Dense2,
            >(
                (&self.dense_2, &options.dense_2),
                hidden.as_input(),
                (pass.output, pass.output_gradient),
                (&mut pass.gradient.dense_2, pass.needs_gradient),
                __mlp::fused_after::<__Hidden, __Dense2>(),
                &mut cache.dense_2,
            );
            let (mut dense_1, __dense_1_cache) = cache
                .dense_1
                .split_with_gradient::<__Hidden>(samples, &mut cache.__gradient_2);
            __mlp::backward::<
                _,
                __Hidden,
            >(
                (&self.hidden, &options.hidden),
                dense_1.as_input(),
                hidden.as_output(),
                (&mut pass.gradient.hidden, pass.needs_gradient),
                __mlp::fused_between::<__Dense1, __Hidden, __Dense2>(),
                __hidden_cache,
            );
            __mlp::backward::<
                _,
                __Dense1,
            >(
                (&self.dense_1, &options.dense_1),
                __mlp::BackwardInput::Kept(pass.input, pass.input_gradient),
                dense_1.as_output(),
                (&mut pass.gradient.dense_1, pass.needs_gradient),
                __mlp::fused_before::<__Dense1, __Hidden>(),
                __dense_1_cache,
            );
        }
        #[inline(always)]
        fn forward_one<__V: __mlp::Vector<Scalar = Self::Scalar>>(
            &self,
            options: &Self::Options,
            input: &<Self::Input as __mlp::Shape>::Sample<Self::Scalar>,
        ) -> <Self::Output as __mlp::Shape>::Sample<Self::Scalar> {
            let dense_1 = __mlp::infer::<
                __V,
                __Dense1,
            >(&self.dense_1, &options.dense_1, input);
            let hidden = __mlp::infer::<
                __V,
                __Hidden,
            >(&self.hidden, &options.hidden, &dense_1);
            __mlp::infer::<__V, __Dense2>(&self.dense_2, &options.dense_2, &hidden)
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
                __Dense1,
            >(&mut self.dense_1, &options.dense_1, &gradient.dense_1, rule);
            __mlp::update::<
                __Hidden,
            >(&mut self.hidden, &options.hidden, &gradient.hidden, rule);
            __mlp::update::<
                __Dense2,
            >(&mut self.dense_2, &options.dense_2, &gradient.dense_2, rule);
        }
        fn penalty(&self, options: &Self::Options) -> ::core::primitive::f64 {
            if options.__frozen {
                0.0
            } else {
                __mlp::penalty::<__Dense1>(&self.dense_1, &options.dense_1)
                    + __mlp::penalty::<__Hidden>(&self.hidden, &options.hidden)
                    + __mlp::penalty::<__Dense2>(&self.dense_2, &options.dense_2)
            }
        }
        fn add_penalty_gradient(&self, options: &Self::Options, gradient: &mut Self) {
            if options.__frozen {
                return;
            }
            __mlp::add_penalty::<
                __Dense1,
            >(&self.dense_1, &options.dense_1, &mut gradient.dense_1);
            __mlp::add_penalty::<
                __Hidden,
            >(&self.hidden, &options.hidden, &mut gradient.hidden);
            __mlp::add_penalty::<
                __Dense2,
            >(&self.dense_2, &options.dense_2, &mut gradient.dense_2);
        }
        fn export(
            &self,
            options: &Self::Options,
            graph: &mut dyn __mlp::GraphBuilder,
            inputs: &[__mlp::Value],
        ) -> __mlp::Exported {
            let mut exporter = __mlp::Exporter::new::<Self>(graph);
            let dense_1 = exporter
                .layer::<__Dense1>(0usize, &self.dense_1, &options.dense_1, &[inputs])?;
            let hidden = exporter
                .layer::<__Hidden>(1usize, &self.hidden, &options.hidden, &[&dense_1])?;
            let dense_2 = exporter
                .layer::<__Dense2>(2usize, &self.dense_2, &options.dense_2, &[&hidden])?;
            ::core::result::Result::Ok(__mlp::Values::concat(&[&dense_2]))
        }
        fn trace(
            &self,
            options: &Self::Options,
            graph: &mut dyn __mlp::StreamGraph<Self::Scalar>,
            inputs: &[__mlp::Value],
        ) -> __mlp::Values {
            let dense_1 = __mlp::trace::<
                __Dense1,
            >((&self.dense_1, &options.dense_1), graph, &[inputs]);
            let hidden = __mlp::trace::<
                __Hidden,
            >((&self.hidden, &options.hidden), graph, &[&dense_1]);
            let dense_2 = __mlp::trace::<
                __Dense2,
            >((&self.dense_2, &options.dense_2), graph, &[&hidden]);
            __mlp::Values::concat(&[&dense_2])
        }
        fn configure(options: &Self::Options, visitor: &mut dyn __mlp::LayerVisitor) {
            let visitor = &mut __mlp::FrozenVisitor::new(visitor, options.__frozen);
            <__Dense1 as __mlp::Module>::configure(&options.dense_1, visitor);
            <__Hidden as __mlp::Module>::configure(&options.hidden, visitor);
            <__Dense2 as __mlp::Module>::configure(&options.dense_2, visitor);
        }
    }
    impl<__Any> __mlp::TwiceDifferentiable<__Any> for SineNet
    where
        __Dense1: __mlp::TwiceDifferentiable<__Any>,
        __Hidden: __mlp::TwiceDifferentiable<__Any>,
        __Dense2: __mlp::TwiceDifferentiable<__Any>,
    {}
    impl __mlp::BaseNetwork for SineNet {
        const NAME: &'static str = "SineNet";
        const OUTPUTS: &'static [&'static str] = &["dense_2"];
    }
    __mlp::implement_serde! {
        [] [< '__de >] SineNet
    }
};
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
