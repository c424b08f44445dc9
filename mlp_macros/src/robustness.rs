//! No input makes a macro panic: random tokens, and random changes of valid inputs. Every result is code that can be parsed.

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
    use quote::quote;

    use crate::ast::{Chain, Statements};
    use crate::residual;

    /// Inputs that are tried for each macro.
    const TRIALS: u64 = 300;

    /// Words of the random tokens: those of the grammars, keywords, and names of no meaning.
    const WORDS: [&str; 40] = [
        "Dense",
        "Dropout",
        "Add",
        "Input",
        "Model",
        "let",
        "struct",
        "pub",
        "relu",
        "tanh",
        "init",
        "l2",
        "x",
        "y",
        "hidden",
        "f64",
        "in",
        "type",
        "self",
        "mut",
        "const",
        "impl",
        "where",
        "N",
        "usize",
        "if",
        "for",
        "as",
        "crate",
        "enum",
        "fn",
        "u",
        "t",
        "xx",
        "d",
        "sin",
        "nu",
        "trainable",
        "laplacian",
        "net",
    ];
    const PUNCTUATION: [char; 18] =
        ['=', '>', '<', ',', ';', ':', '.', '*', '+', '-', '/', '&', '#', '!', '|', '?', '\'', '$'];

    /// Random numbers by Marsaglia's xorshift.
    struct Random(u64);

    impl Random {
        fn below(&mut self, end: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 % end as u64) as usize
        }

        fn token(&mut self, depth: usize) -> TokenTree {
            match self.below(if depth > 0 { 12 } else { 9 }) {
                0..4 => Ident::new(WORDS[self.below(WORDS.len())], Span::call_site()).into(),
                4..6 => {
                    let spacing = if self.below(2) == 0 { Spacing::Joint } else { Spacing::Alone };
                    match PUNCTUATION[self.below(PUNCTUATION.len())] {
                        // A lifetime is an apostrophe before a name.
                        '\'' => Punct::new('=', spacing).into(),
                        punctuation => Punct::new(punctuation, spacing).into(),
                    }
                }
                6 => Literal::usize_unsuffixed(self.below(12)).into(),
                7 => Literal::f64_unsuffixed(0.5).into(),
                8 => Literal::string("relu").into(),
                _ => {
                    let delimiters =
                        [Delimiter::Parenthesis, Delimiter::Bracket, Delimiter::Brace, Delimiter::Parenthesis];
                    let length = self.below(7);
                    let content = (0..length).map(|_| self.token(depth - 1)).collect();
                    Group::new(delimiters[self.below(4)], content).into()
                }
            }
        }

        fn tokens(&mut self) -> TokenStream {
            let length = 1 + self.below(24);
            (0..length).map(|_| self.token(3)).collect()
        }

        /// Changes tokens at a random place: removes, doubles, replaces or swaps one, or changes the content of a group.
        fn mutate(&mut self, tokens: TokenStream) -> TokenStream {
            let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
            if tokens.is_empty() {
                return self.token(1).into();
            }
            let place = self.below(tokens.len());
            if let TokenTree::Group(group) = &tokens[place]
                && self.below(5) > 0
            {
                tokens[place] = Group::new(group.delimiter(), self.mutate(group.stream())).into();
                return tokens.into_iter().collect();
            }
            match self.below(5) {
                0 => drop(tokens.remove(place)),
                1 => tokens.insert(place, tokens[place].clone()),
                2 => tokens[place] = self.token(2),
                3 => tokens.insert(place, self.token(2)),
                _ => {
                    let other = self.below(tokens.len());
                    tokens.swap(place, other);
                }
            }
            tokens.into_iter().collect()
        }
    }

    type Macro = fn(TokenStream) -> syn::Result<TokenStream>;

    /// Checks that the result of a macro is code.
    fn check(run: Macro, input: TokenStream) {
        let code = catch_unwind(AssertUnwindSafe(|| run(input.clone()).unwrap_or_else(syn::Error::into_compile_error)));
        let Ok(code) = code else { panic!("the macro panics on `{input}`") };
        let is_code = syn::parse2::<syn::File>(code.clone()).is_ok() || syn::parse2::<syn::Expr>(code.clone()).is_ok();
        assert!(is_code, "no code: `{code}` of `{input}`");
    }

    fn check_all(run: Macro, valid: &[TokenStream]) {
        let mut random = Random(0x9E37_79B9_7F4A_7C15);
        for trial in 0..TRIALS {
            check(run, random.tokens());
            let mut input = valid[random.below(valid.len())].clone();
            for _ in 0..=trial % 4 {
                input = random.mutate(input);
                check(run, input.clone());
            }
        }
    }

    #[test]
    fn sequential_never_panics() {
        let valid = [
            quote! { Dense(1 => 10, relu), Dropout(10, rate = 0.5), Dense(10 => 1, init = he_normal) },
            quote! { f64; Dense(1 => N), 3 * Dense(N => N), Encoder },
            quote! { pub struct Net<const H: usize>: f64 { #[doc = "x"] a: Dense(1 => H, tanh), b: Dense(H => 1, l2 = 1e-4) } },
            quote! { struct A { Dense(1 => 2) } struct B { A, my::Scale<3>, Dense(2 => 2 * K) } },
        ];
        check_all(crate::parse_networks::<Chain>, &valid);
    }

    #[test]
    fn functional_never_panics() {
        let valid = [
            quote! { let x = Input(1); let y = Dense(1 => 10, relu)(x); let z = Dense(10 => 1)(y); Model(x => z) },
            quote! {
                pub struct Two {
                    let a = Input(3); let b = Input(N);
                    let encode = Dense(N => 3); let c = encode(b);
                    let d = Add()(a, c, Dense(2 => 3)(a[0..2]));
                    let (e, _) = Encoder(d);
                    let f = 2 * Dense(3 => 3)(d);
                    Model((a, b) => (e, f))
                }
            },
            quote! { let x = Input(1); Model(x => x) },
        ];
        check_all(crate::parse_networks::<Statements>, &valid);
    }

    #[test]
    fn residual_never_panics() {
        let valid = [
            quote! { pub struct Burgers { pub nu: f64 } (x, t) -> u { u.t + u * u.x = nu * u.xx } },
            quote! { struct A; (x, t; v) -> u = x * net { let w = u.x; a: w.x = v, u.sin() - laplacian(u, x) } },
            quote! { struct D { #[trainable] rate: f64 } (t) -> (u, _) { u.d(t) = -rate * u.powi(2) } },
        ];
        check_all(residual::residuals, &valid);
    }

    #[test]
    fn derive_never_panics() {
        let valid = [
            quote! { #[repr(C)] pub struct Gain<const N: usize, T: Scalar = f32> { factors: SVector<T, N>, m: PhantomData<T> } },
            quote! { #[repr(transparent)] #[parameters(scalar = f64)] struct A<'a, T>(T, B) where T: Scalar; },
            quote! { #[repr(C)] enum E { A(f32), B } },
        ];
        let derive: Macro = |input| syn::parse2(input).map(|input| crate::parameters::derive(&input));
        check_all(derive, &valid);
    }

    /// An editor knows the fields and methods of a network with an error.
    #[test]
    fn a_network_with_an_error_has_its_fields() {
        let mistakes = [
            (quote! { pub struct Net { Dense(1 => 10, relu), last: Dense(12 => 1) } }, ["dense_1", "last"]),
            (
                quote! { pub struct Net { Dense(1 => 10, relu), Dense(10 -> 5), last: Dense(5 => 1) } },
                ["dense_1", "last"],
            ),
            (quote! { pub struct Net { a: Dense(1 => 10, relu, tanh), b: Dense(10 => ), c: Encoder } }, ["b", "c"]),
        ];
        for (input, fields) in mistakes {
            let code = crate::parse_networks::<Chain>(input).unwrap().to_string();
            assert!(code.contains("compile_error"), "{code}");
            assert!(code.contains("recovered ! { { pub struct Net"), "{code}");
            assert!(code.contains("BaseNetwork for Net"), "{code}");
            for field in fields {
                assert!(code.contains(&format!("pub {field} :")), "{field} in {code}");
            }
        }
        let graph = quote! { struct Net { let x = Input(1); let h = Dense(2 => 3)(x); let y = Dense(3 => )(h); Model(x => y) } };
        let code = crate::parse_networks::<Statements>(graph).unwrap().to_string();
        assert!(code.contains("pub h : Dense < 2 , 3 >") && code.contains("pub y : Dense"), "{code}");
        let expression = crate::parse_networks::<Chain>(quote! { Dense(1 => 10), Dense(12 => 1) }).unwrap().to_string();
        assert!(expression.contains("new :: < __Network > ()") && expression.contains("pub dense_2 :"), "{expression}");
    }
}
