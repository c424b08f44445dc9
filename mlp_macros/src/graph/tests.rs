use quote::quote;
use syn::parse_quote;

use super::{Analyze, Comparison, Scalar, Source};
use crate::ast::{Chain, Network, Networks, Statements};

fn network<B: Analyze>(tokens: proc_macro2::TokenStream) -> Network<B> {
    let mut networks: Networks<B> = syn::parse2(tokens).unwrap();
    networks.networks.remove(0)
}

fn comparisons(tokens: proc_macro2::TokenStream) -> Vec<Comparison> {
    let network = network::<Chain>(tokens);
    let graph = Chain::analyze(&network).ok().unwrap();
    graph.steps.iter().map(|step| step.arguments[0].comparison).collect()
}

fn messages(tokens: proc_macro2::TokenStream) -> Vec<String> {
    texts::<Chain>(tokens)
}

fn texts<B: Analyze>(tokens: proc_macro2::TokenStream) -> Vec<String> {
    let errors = B::analyze(&network(tokens)).err().unwrap();
    errors.into_iter().map(|error| error.to_string()).collect()
}

#[test]
fn a_layer_of_a_chain_reads_the_previous_output() {
    let network = network::<Chain>(quote! { f64; Dense(1 => 2), last: Dense(2 => 3), Dense(3 => 1) });
    let graph = Chain::analyze(&network).ok().unwrap();
    assert_eq!(graph.scalar, Scalar::F64);
    assert_eq!(
        graph.layers.iter().map(|layer| layer.name.to_string()).collect::<Vec<_>>(),
        ["dense_1", "last", "dense_2"]
    );
    let steps: Vec<_> = graph.steps.iter().map(|step| (step.layer, step.arguments[0].value.source)).collect();
    assert_eq!(steps, [(0, Source::Input(0)), (1, Source::Step(0)), (2, Source::Step(1))]);
}

#[test]
fn the_compiler_compares_sizes_that_the_macro_cannot() {
    use Comparison::{Done, Numbers, Types};
    let sizes = quote! { Dense(1 => 2), Dense((2) => N), Dense(N => 2 * N), Encoder, Encoder, Dense(4 => 1) };
    assert_eq!(comparisons(sizes), [Done, Done, Numbers, Numbers, Numbers, Numbers]);
    let parameters = quote! { struct Net<const H: usize> { Dense(1 => H), Dense(H => 2), Encoder<H>, Encoder<3> } };
    assert_eq!(comparisons(parameters), [Done, Numbers, Types, Types]);
}

#[test]
fn every_mistake_is_reported_once() {
    let found = messages(quote! {
        struct Net<T>: f16 {
            Dense(1 => 2.5),
            Dense(3 -> 3),
            a: Dense(3 => 0),
            a: Dense(3 => 4),
            Dense(5 => 1),
        }
    });
    let expected = [
        "between the two sizes",
        "found a type parameter",
        "`f32` or `f64`, found",
        "expected an integer",
        "at least 1",
        "expects 5 inputs",
        "`a` is already the name of layer 3",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (message, words) in found.iter().zip(expected) {
        assert!(message.contains(words), "{message} should contain {words}");
    }
}

#[test]
fn a_mistake_does_not_cause_others() {
    // The output size of a mismatched layer is not compared, if it equals the input size.
    assert_eq!(messages(quote! { Dense(1 => 10), Dropout(5), Dense(10 => 1) }).len(), 1);
    // A layer that cannot be parsed is not compared with its neighbors.
    assert_eq!(messages(quote! { Dense(1 => 10), Dense(10 -> 5), Dense(7 => 1) }).len(), 1);
    // Neither is a layer with another error.
    assert_eq!(messages(quote! { Dense(1 => 10), Dense(relu), Dense(7 => 1) }).len(), 1);
}

#[test]
fn a_layer_is_described_as_written() {
    let call: crate::ast::LayerCall = parse_quote!(my::Dense::<3>);
    assert_eq!(call.to_string(), "my::Dense::<3>");
    let call: crate::ast::LayerCall = parse_quote!(Dense(2*N=>sizes::of(1,2),relu,init=he_normal));
    assert_eq!(call.to_string(), "Dense(2 * N => sizes::of(1, 2), relu, init = he_normal)");
}

#[test]
fn a_graph_keeps_its_order() {
    let network = network::<Statements>(quote! {
        let b = Input(2);
        let a = Input(N);
        let encode = Dense(2 => 2);
        let x = encode(Dense(N => 2)(a));
        let y = encode(b);
        let z = Add()(x, y[0..2]);
        Model((a, b) => z)
    });
    let graph = Statements::analyze(&network).ok().unwrap();
    let names = |names: Vec<String>| names.join(" ");
    assert_eq!(names(graph.layers.iter().map(|layer| layer.name.to_string()).collect()), "encode dense_1 z");
    assert_eq!(names(graph.steps.iter().map(|step| step.name.to_string()).collect()), "dense_1 x y z");
    let sources: Vec<Vec<_>> =
        graph.steps.iter().map(|step| step.arguments.iter().map(|argument| argument.value.source).collect()).collect();
    assert_eq!(sources[0], [Source::Input(0)]);
    assert_eq!(sources[2], [Source::Input(1)]);
    assert_eq!(sources[3], [Source::Step(1), Source::Step(2)]);
}

/// The full messages are in `tests/ui`; this test checks that each mistake causes one error.
#[test]
fn a_mistake_in_a_graph_causes_one_error() {
    let once = |tokens: proc_macro2::TokenStream, words: &str| {
        let found = texts::<Statements>(tokens);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].contains(words), "{} should contain {words}", found[0]);
    };
    once(
        quote! { let x = Input(1); let y = Dense(1 => 2)(z); let w = Dense(3 => 1)(y); Model(x => w) },
        "cannot find `z`",
    );
    once(
        quote! { let x = Input(1); let y = Dense(2 => 2)(x); let w = Dense(2 => 1)(y); Model(x => w) },
        "expects 2 inputs",
    );
    once(quote! { let x = Input(1); let y = Dense(1 => 2)(w); let w = Dense(2 => 1)(y); Model(x => w) }, "has a cycle");
    once(
        quote! { let x = Input(1); let y = Dense(1 -> 2)(x); let w = Dense(2 => 1)(y); Model(x => w) },
        "between the two sizes",
    );
    once(quote! { let x = Input(1); if x { } Model(x => x) }, "expected `let name = …;`");
    once(quote! { let x = Input(1); let y = Dense(1 => 2)(x) Model(x => y) }, "missing `;`");
    once(quote! { let x = Input(1); let y = Dense(1 => 2)(x) let z = Dense(2 => 1)(y); Model(x => z) }, "missing `;`");
}
