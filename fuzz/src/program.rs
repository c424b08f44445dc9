//! Streams of tokens for the macros: words of their language in any order, nested at random.

use crate::ast::{Chain, Network, Networks, Statements};
use crate::graph::Analyze;
use crate::{expand, recovery, residual};
use proc_macro2::TokenStream;

/// Words from which the programs are made. One byte chooses one.
const WORDS: &[&str] = &[
    "Dense",
    "Dropout",
    "Add",
    "Concatenate",
    "Input",
    "Model",
    "Embedding",
    "x",
    "y",
    "h",
    "relu",
    "softmax",
    "rate",
    "l2",
    "init",
    "let",
    "struct",
    "pub",
    "const",
    "use_bias",
    "true",
    "Net",
    "N",
    "usize",
    "f32",
    "f64",
    "u",
    "t",
    "nu",
    "net",
    "1",
    "2",
    "10",
    "0",
    "-1",
    "0.5",
    "1e-4",
    "\"text\"",
    "=>",
    "->",
    "=",
    ",",
    ";",
    ":",
    "::",
    "..",
    "+",
    "-",
    "*",
    "/",
    ".",
    "<",
    ">",
    "&",
    "|",
    "#[repr(C)]",
    "#[cfg(test)]",
    "/// doc\n",
    "'a",
    "!",
    "?",
    "sin",
    "exp",
    "xx",
];

/// Programs to start from.
const PROGRAMS: &[&str] = &[
    "pub struct Net { Dense(1 => 10, relu), hidden: Dense(10 => 10), Dense(10 => 1) }",
    "f64; Dense(3 => 4, tanh, l2 = 1e-4), Dropout(4, rate = 0.5), Dense(4 => 2)",
    "struct Net { let x = Input(3); let h = Dense(3 => 4)(x); let s = Add()(h, h); let y = Dense(4 => 1)(s); Model(x => y) }",
    "let a = Input(2); let b = Input(2); let c = Concatenate()(a, b[0..1]); let y = Dense(3 => 1)(c); Model((a, b) => y)",
    "pub struct Burgers { pub nu: f64 } (x, t) -> u { u.t + u * u.x - nu * u.xx }",
];

/// Returns a program: one of those above, in which words are replaced, inserted, removed and bracketed.
fn program(bytes: &[u8]) -> String {
    let [first, edits @ ..] = bytes else { return String::new() };
    let program = PROGRAMS.get(usize::from(*first) % (PROGRAMS.len() + 1)).copied().unwrap_or("");
    let mut words: Vec<String> = program.split(' ').map(str::to_owned).collect();
    for edit in edits.chunks_exact(3) {
        let position = usize::from(edit[0]) % (words.len() + 1);
        let word = WORDS[usize::from(edit[2]) % WORDS.len()].to_owned();
        match edit[1] % 6 {
            0 if position < words.len() => words[position] = word,
            1 if position < words.len() => drop(words.remove(position)),
            2 => words.insert(position, format!("( {word} )")),
            3 => words.insert(position, format!("[ {word} ]")),
            4 => words.insert(position, format!("{{ {word} }}")),
            _ => words.insert(position, word),
        }
    }
    words.join(" ")
}

fn networks<B: Analyze>(input: TokenStream)
where
    Networks<B>: syn::parse::Parse,
{
    let Ok(networks) = syn::parse2::<Networks<B>>(input) else { return };
    for network in &networks.networks {
        let code = code(network);
        let is_code = syn::parse2::<syn::File>(code.clone()).is_ok() || syn::parse2::<syn::Expr>(code.clone()).is_ok();
        assert!(is_code, "no code: `{code}`");
    }
}

fn code<B: Analyze>(network: &Network<B>) -> TokenStream {
    match B::analyze(network) {
        Ok(graph) => expand::network(&graph),
        Err(errors) => recovery::code(errors, &network.head.position, &network.body.fields()),
    }
}

/// Passes a stream of tokens to each macro. All of them return code or errors, and the code can be parsed.
pub fn macros(bytes: &[u8]) {
    let Ok(tokens) = program(bytes).parse::<TokenStream>() else { return };
    networks::<Chain>(tokens.clone());
    networks::<Statements>(tokens.clone());
    if let Ok(code) = residual::residuals(tokens) {
        assert!(syn::parse2::<syn::File>(code.clone()).is_ok(), "no code: `{code}`");
    }
}
