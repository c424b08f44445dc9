//! Instructions as Rust code.
//!
//! A value that is used once becomes part of the expression that uses it, and a product that is added becomes `mul_add`.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

use super::ast::Name;
use super::equations::Equations;
use super::expression::{Function, Order, Stream, Symbol};
use super::program::{Instruction, Program, Value};

/// Largest depth of nested calls in one statement.
const MAX_DEPTH: usize = 4;

/// Code of a program.
pub(super) struct Code {
    /// Patterns of the inputs, then of the columns of data. An unused one is `_`.
    pub(super) point: Vec<TokenStream>,
    /// Patterns of the streams: all outputs of the first stream, then those of the next.
    pub(super) streams: Vec<TokenStream>,
    /// Statements that define all values with names.
    pub(super) statements: TokenStream,
    /// Results as expressions.
    pub(super) results: Vec<TokenStream>,
}

/// Generator of the code.
struct Printer<'a> {
    equations: &'a Equations<'a>,
    program: &'a Program,
    /// Number of uses of each value.
    uses: Vec<usize>,
    names: HashSet<String>,
    /// Number of names of values so far.
    count: usize,
    symbols: HashMap<Symbol, Ident>,
    /// Expression of each value, and the depth of its calls.
    values: Vec<(TokenStream, usize)>,
    statements: TokenStream,
}

/// Returns the code of a program. `this` is the struct with the fields.
pub(super) fn code(equations: &Equations, program: &Program, this: &TokenStream) -> Code {
    let mut uses = vec![0; program.instructions.len()];
    let operands = program.instructions.iter().flat_map(Instruction::operands);
    for value in operands.chain(program.results.iter().copied()) {
        uses[value.0] += 1;
    }
    let mut printer = Printer {
        equations,
        program,
        uses,
        names: HashSet::new(),
        count: 0,
        symbols: HashMap::new(),
        values: Vec::new(),
        statements: TokenStream::new(),
    };
    let (point, streams) = printer.patterns();
    printer.fields_and_constants(this);
    for index in 0..program.instructions.len() {
        let value = printer.value(index);
        printer.values.push(value);
    }
    let results = program.results.iter().map(|result| printer.values[result.0].0.clone()).collect();
    Code { point, streams, statements: printer.statements, results }
}

impl Printer<'_> {
    /// Returns a new name.
    fn name(&mut self, text: &str) -> Ident {
        let mut text = format!("__{text}");
        while !self.names.insert(text.clone()) {
            text.push('_');
        }
        Ident::new(&text, Span::mixed_site())
    }

    /// Returns the patterns of the point and of the streams.
    fn patterns(&mut self) -> (Vec<TokenStream>, Vec<TokenStream>) {
        let item = self.equations.item;
        let inputs = item.inputs.iter().enumerate().map(|(index, name)| (Symbol::Input(index), name.text()));
        let data = item.data.iter().enumerate().map(|(index, name)| (Symbol::Data(index), name.text()));
        let point = inputs.chain(data).map(|(symbol, name)| self.pattern(symbol, &name)).collect();
        let mut streams = Vec::new();
        for order in self.equations.streams.orders() {
            for (output, declared) in item.outputs.iter().enumerate() {
                let name = declared.name.text() + &suffix(order, &item.inputs);
                streams.push(self.pattern(Symbol::Stream(Stream { output, order }), &name));
            }
        }
        (point, streams)
    }

    /// Returns the pattern of a symbol: a new name, or `_` if it is not used.
    fn pattern(&mut self, symbol: Symbol, name: &str) -> TokenStream {
        if !self.program.instructions.contains(&Instruction::Symbol(symbol)) {
            return code! { _ };
        }
        let name = self.name(name);
        self.symbols.insert(symbol, name.clone());
        name.into_token_stream()
    }

    /// Adds the statements that read the fields and the constants.
    fn fields_and_constants(&mut self, this: &TokenStream) {
        let fields = self.equations.item.fields.iter().flatten();
        for (index, field) in fields.map(|field| &field.name).enumerate() {
            let symbol = Symbol::Parameter(index);
            if self.program.instructions.contains(&Instruction::Symbol(symbol)) {
                let name = self.name(&field.unraw().to_string());
                self.statements.extend(code! { let #name = #this.#field; });
                self.symbols.insert(symbol, name);
            }
        }
        for (index, path) in self.equations.constants.iter().enumerate() {
            let symbol = Symbol::Constant(index);
            if self.program.instructions.contains(&Instruction::Symbol(symbol)) {
                let name = path.segments.last().map(|last| last.ident.unraw().to_string());
                let name = self.name(&name.unwrap_or_default());
                self.statements.extend(code! { let #name: f64 = #path; });
                self.symbols.insert(symbol, name);
            }
        }
    }

    /// Returns the expression of a value, and its depth. A value that is used several times is defined by a statement.
    fn value(&mut self, index: usize) -> (TokenStream, usize) {
        let (code, depth) = match &self.program.instructions[index] {
            Instruction::Number(number) => return (literal(number.value()), 0),
            Instruction::Symbol(symbol) => return (self.symbols.get(symbol).into_token_stream(), 0),
            other => self.operation(index, other),
        };
        let is_product = self.is_added_product(Value(index));
        if is_product || (self.uses[index] <= 1 && !self.program.is_number[index] && depth < MAX_DEPTH) {
            return (code, depth);
        }
        let name = self.value_name(index);
        self.statements.extend(code! { let #name = #code; });
        (name.into_token_stream(), 0)
    }

    /// Returns the name of a value.
    fn value_name(&mut self, index: usize) -> Ident {
        let number = match self.program.instructions[index] {
            Instruction::Splat(number) => &self.program.instructions[number.0],
            ref other => other,
        };
        match number {
            Instruction::Number(number) if number.value() == 0.0 => self.name("zero"),
            Instruction::Number(number) if number.value() == 1.0 => self.name("one"),
            _ => {
                self.count += 1;
                self.name(&self.count.to_string())
            }
        }
    }

    /// Returns whether a value is a product that is used once, so that a sum can add it by `mul_add`.
    fn is_added_product(&self, value: Value) -> bool {
        let is_product = matches!(self.program.instructions[value.0], Instruction::Mul(..));
        is_product && self.uses[value.0] <= 1 && !self.program.is_number[value.0]
    }

    fn operation(&self, index: usize, instruction: &Instruction) -> (TokenStream, usize) {
        let operands = instruction.operands();
        let depth = operands.iter().map(|value| self.values[value.0].1).max().unwrap_or_default() + 1;
        let codes: Vec<_> = operands.iter().map(|value| &self.values[value.0].0).collect();
        let code = match (instruction, &codes[..]) {
            (Instruction::Call(function, _), codes) => self.call(*function, codes, self.program.is_number[index]),
            (Instruction::Function(function, _), codes) => function_call(*function, codes),
            (_, codes) if self.program.is_number[index] => operation_on_numbers(instruction, codes),
            (Instruction::Splat(_), [a]) => code! { __mlp::splat::<__V>(#a) },
            (Instruction::Neg(_), [a]) => code! { __mlp::neg(#a) },
            (Instruction::Add(a, b), _) => self.sum(*a, *b),
            (Instruction::Sub(..), [a, b]) => code! { #a.sub(#b) },
            (Instruction::Mul(..), [a, b]) => code! { #a.mul(#b) },
            (_, [a, b]) => code! { #a.div(#b) },
            _ => TokenStream::new(),
        };
        (code, depth)
    }

    fn sum(&self, a: Value, b: Value) -> TokenStream {
        let code = |value: Value| &self.values[value.0].0;
        let (product, term) = if self.is_added_product(b) { (b, a) } else { (a, b) };
        let term = code(term);
        match self.program.instructions[product.0] {
            Instruction::Mul(a, b) if self.is_added_product(product) => {
                let (a, b) = (code(a), code(b));
                code! { #a.mul_add(#b, #term) }
            }
            _ => {
                let product = code(product);
                code! { #product.add(#term) }
            }
        }
    }

    /// Returns the call of a user's function: for numbers, or lane by lane.
    fn call(&self, function: usize, arguments: &[&TokenStream], is_number: bool) -> TokenStream {
        let path = &self.equations.calls[function];
        let call = |arguments: TokenStream| {
            let mut arguments = Group::new(Delimiter::Parenthesis, arguments);
            arguments.set_span(path.span());
            let arguments = TokenTree::Group(arguments);
            quote_spanned! { path.span()=> #path #arguments }
        };
        if is_number {
            return call(code! { #(#arguments),* });
        }
        let names = (0..arguments.len()).map(|index| Ident::new(&format!("__{index}"), Span::mixed_site()));
        let names: Vec<_> = names.collect();
        let call = call(code! { #(#names),* });
        code! { __mlp::map_lanes::<__V, _>([#(#arguments),*], |[#(#names),*]| #call) }
    }
}

/// Returns an operation on numbers.
fn operation_on_numbers(instruction: &Instruction, operands: &[&TokenStream]) -> TokenStream {
    match (instruction, operands) {
        (Instruction::Neg(_), [a]) => code! { -#a },
        (Instruction::Add(..), [a, b]) => code! { #a + #b },
        (Instruction::Sub(..), [a, b]) => code! { #a - #b },
        (Instruction::Mul(..), [a, b]) => code! { #a * #b },
        (_, [a, b]) => code! { #a / #b },
        _ => TokenStream::new(),
    }
}

fn function_call(function: Function, operands: &[&TokenStream]) -> TokenStream {
    let name = match function {
        Function::Sin => "sin",
        Function::Cos => "cos",
        Function::Exp => "exp",
        Function::Ln => "ln",
        Function::Sqrt => "sqrt",
        Function::Tanh => "tanh",
        Function::TanhDerivative => "tanh_derivative",
        Function::Sinh => "sinh",
        Function::Cosh => "cosh",
        Function::Abs => "abs",
        Function::Sign => "sign",
        Function::Max => "max",
        Function::Min => "min",
        Function::Powf => "powf",
        Function::Select => "select_positive",
    };
    let name = Ident::new(name, Span::mixed_site());
    code! { __mlp::#name(#(#operands),*) }
}

/// Returns the end of a stream's name: `_xx`.
fn suffix(order: Order, inputs: &[Name]) -> String {
    let text = |input: usize| inputs[input].text();
    match order {
        Order::Value => String::new(),
        Order::First(input) => format!("_{}", text(input)),
        Order::Second(a, b) => format!("_{}{}", text(a), text(b)),
    }
}

fn literal(value: f64) -> TokenStream {
    let number = Literal::f64_suffixed(value.abs());
    if value < 0.0 {
        code! { -#number }
    } else {
        code! { #number }
    }
}
