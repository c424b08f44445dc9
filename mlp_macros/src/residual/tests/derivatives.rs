//! Random equations: the code's instructions, against dual numbers.

use std::collections::HashMap;

use super::number::{Bounded, Dual, Real};
use super::tree::{INPUTS, Random, Symbols, Tree, tree};
use crate::residual::ast::Items;
use crate::residual::equations::{Equations, analyze};
use crate::residual::expression::{Order, Stream, Symbol};
use crate::residual::program::{Instruction, Program};

/// Largest relative difference. It is relative to the sum of the absolute values in a computation, because terms may cancel.
const TOLERANCE: f64 = 1e-12;

/// Errors of random equations that are constant by chance.
const DEGENERATE: &[&str] = &["this equation", "this transform", "this derivative is always zero", "the value of this"];

type First = Dual<Bounded>;
type Second = Dual<Dual<Bounded>>;

/// Returns the results of a program.
fn run(program: &Program, symbols: &dyn Fn(Symbol) -> f64) -> Vec<f64> {
    let mut values: Vec<f64> = Vec::new();
    for instruction in &program.instructions {
        let operands: Vec<f64> = instruction.operands().into_iter().map(|operand| values[operand.0]).collect();
        values.push(match (instruction, &operands[..]) {
            (Instruction::Number(number), _) => number.value(),
            (Instruction::Symbol(symbol), _) => symbols(*symbol),
            (Instruction::Splat(_), [a]) => *a,
            (Instruction::Neg(_), [a]) => -a,
            (Instruction::Add(..), [a, b]) => a + b,
            (Instruction::Sub(..), [a, b]) => a - b,
            (Instruction::Mul(..), [a, b]) => a * b,
            (Instruction::Div(..), [a, b]) => a / b,
            (Instruction::Function(function, _), operands) => function.value(operands),
            other => unreachable!("{other:?}"),
        });
    }
    program.results.iter().map(|result| values[result.0]).collect()
}

/// Compares a result with a value and the bound of its error. Returns false where the expression is not computable.
#[track_caller]
fn is_equal(found: f64, expected: Bounded, text: &str) -> bool {
    if expected.error.is_nan() || expected.error >= 1e6 {
        return false;
    }
    let (difference, value) = ((found - expected.value()).abs(), expected.value());
    assert!(difference <= TOLERANCE * expected.error, "{text}\n{found}, expected {value}");
    true
}

/// Returns the source of an item with a body.
fn item(body: &str) -> String {
    format!(
        "struct Random {{ _k: f64, k: f64, #[trainable] rate: f64 }}
        (x, y; value) -> (u, v) {{ let _l = u + v + value + k + rate; {body} }}"
    )
    .replace("_k: f64, ", "")
}

/// Calls a check with the equations of an item, unless they are constant.
fn with_equations(source: &str, check: impl FnOnce(Equations<'_>)) {
    let items: Items = syn::parse_str(source).unwrap_or_else(|error| panic!("{source}\n{error}"));
    match analyze(&items.0[0]) {
        Ok(equations) => check(equations),
        Err(errors) => {
            let error = errors.into_iter().next().expect("there are errors").to_string();
            assert!(DEGENERATE.iter().any(|allowed| error.starts_with(allowed)), "{source}\n{error}");
        }
    }
}

/// Returns random values of symbols, which are drawn when they are first needed.
fn values(random: &mut Random) -> HashMap<Symbol, f64> {
    let mut symbols = vec![Symbol::Data(0)];
    for index in 0..2 {
        symbols.extend([Symbol::Input(index), Symbol::Parameter(index)]);
        let orders = [Order::Value, Order::First(0), Order::First(1), Order::Second(0, 0), Order::Second(0, 1)];
        let orders = orders.into_iter().chain([Order::Second(1, 1)]);
        symbols.extend(orders.map(|order| Symbol::Stream(Stream { output: index, order })));
    }
    symbols.into_iter().map(|symbol| (symbol, random.between(-1.5, 1.5))).collect()
}

/// Returns a tree that an equation can be: it contains an output and is not constant.
fn equation(symbols: Symbols, random: &mut Random) -> Tree {
    let output = Tree::Symbol(Symbol::Stream(Stream { output: 0, order: Order::Value }));
    Tree::Binary('+', Box::new(output), Box::new(tree(4, symbols, random)))
}

#[test]
fn residuals_and_their_derivatives_match_dual_numbers() {
    let mut random = Random(1);
    let (mut compared, mut total) = (0, 0);
    for _ in 0..2000 {
        let tree = equation(Symbols::Second, &mut random);
        let source = item(&tree.source("u"));
        let values = values(&mut random);
        with_equations(&source, |mut equations| {
            let by_stream = equations.by_stream();
            let by_parameter = equations.by_parameter();
            let orders: Vec<Order> = equations.streams.orders().collect();
            let pairs = equations.streams.second.clone();
            let results = [&equations.residuals[..], &by_stream, &by_parameter].concat();
            let program = Program::new(&equations.expressions, &results);
            let found = run(&program, &|symbol| value_of_stream(symbol, &pairs, &values));
            let variables =
                orders.iter().flat_map(|order| (0..2).map(|output| Symbol::Stream(Stream { output, order: *order })));
            let variables = variables.chain([Symbol::Parameter(1)]);
            let expected = |variable: Symbol| {
                tree.evaluate::<First>(&|symbol| seeded(values[&symbol], f64::from(u8::from(symbol == variable))))
            };
            let mut check = |found, expected| {
                total += 1;
                compared += usize::from(is_equal(found, expected, &source));
            };
            check(found[0], expected(Symbol::Data(0)).value);
            for (found, variable) in found[1..].iter().zip(variables) {
                check(*found, expected(variable).derivative);
            }
        });
    }
    assert!(compared * 10 > total * 9, "{compared} of {total} are comparable");
}

/// Returns the value of a stream: the sum of its second derivatives.
fn value_of_stream(symbol: Symbol, pairs: &[Vec<(usize, usize)>], values: &HashMap<Symbol, f64>) -> f64 {
    let Symbol::Stream(Stream { output, order: Order::Second(a, b) }) = symbol else { return values[&symbol] };
    let pairs = pairs.iter().find(|pairs| pairs[0] == (a, b)).expect("the first pair of a stream");
    pairs.iter().map(|(a, b)| values[&Symbol::Stream(Stream { output, order: Order::Second(*a, *b) })]).sum()
}

fn seeded(value: f64, derivative: f64) -> First {
    Dual { value: Bounded::of(value), derivative: Bounded::of(derivative) }
}

#[test]
fn second_derivatives_match_nested_dual_numbers() {
    let mut random = Random(2);
    let mut compared = 0;
    for _ in 0..1000 {
        let tree = equation(Symbols::Second, &mut random);
        let source = item(&tree.source("u"));
        let values = values(&mut random);
        let symbols: Vec<Symbol> = values.keys().copied().collect();
        let (a, b) = (symbols[random.below(symbols.len())], symbols[random.below(symbols.len())]);
        with_equations(&source, |mut equations| {
            let pairs = equations.streams.second.clone();
            if pairs.iter().any(|pairs| pairs.len() > 1) {
                return;
            }
            let first = equations.expressions.partial_derivative(equations.residuals[0], a);
            let second = equations.expressions.partial_derivative(first, b);
            let program = Program::new(&equations.expressions, &[second]);
            let found = run(&program, &|symbol| values[&symbol]);
            let expected = tree.evaluate::<Second>(&|symbol| Dual {
                value: seeded(values[&symbol], f64::from(u8::from(symbol == a))),
                derivative: seeded(f64::from(u8::from(symbol == b)), 0.0),
            });
            compared += usize::from(is_equal(found[0], expected.derivative.derivative, &source));
        });
    }
    assert!(compared > 800, "{compared} are comparable");
}

/// Polynomials of both outputs in both inputs, up to the third order in each.
struct Polynomials([[[f64; 4]; 4]; 2]);

impl Polynomials {
    fn random(random: &mut Random) -> Self {
        Self(std::array::from_fn(|_| std::array::from_fn(|_| std::array::from_fn(|_| random.between(-0.5, 0.5)))))
    }

    /// Returns an output or a derivative of it.
    fn evaluate<T: Real>(&self, stream: Stream, x: [T; 2]) -> T {
        let orders = match stream.order {
            Order::Value => [0, 0],
            Order::First(a) => [usize::from(a == 0), usize::from(a == 1)],
            Order::Second(a, b) => [0, 1].map(|input| usize::from(a == input) + usize::from(b == input)),
        };
        let power = |exponent: usize, order: usize, x: T| {
            if exponent < order {
                return T::of(0.0);
            }
            let factor: usize = (exponent - order + 1..=exponent).product();
            x.powi((exponent - order) as i64).mul(T::of(factor as f64))
        };
        let mut sum = T::of(0.0);
        for (i, row) in self.0[stream.output].iter().enumerate() {
            for (j, coefficient) in row.iter().enumerate() {
                let product = power(i, orders[0], x[0]).mul(power(j, orders[1], x[1]));
                sum = sum.add(product.mul(T::of(*coefficient)));
            }
        }
        sum
    }

    fn symbol<T: Real>(&self, symbol: Symbol, x: [T; 2], values: &HashMap<Symbol, f64>) -> T {
        match symbol {
            Symbol::Input(input) => x[input],
            Symbol::Stream(stream) => self.evaluate(stream, x),
            other => T::of(values[&other]),
        }
    }
}

/// Checks the derivative by inputs `a` and `b` of a tree, or by `a` alone. `source` is an item with this derivative as its
/// equation.
fn check_total_derivative(source: &str, tree: &Tree, a: usize, b: Option<usize>, random: &mut Random) -> bool {
    let (polynomials, values) = (Polynomials::random(random), values(random));
    let x = [values[&Symbol::Input(0)], values[&Symbol::Input(1)]];
    let unit = |input: usize, variable: Option<usize>| f64::from(u8::from(Some(input) == variable));
    let inputs = [0, 1]
        .map(|input| Dual { value: seeded(x[input], unit(input, Some(a))), derivative: seeded(unit(input, b), 0.0) });
    let value = tree.evaluate::<Second>(&|symbol| polynomials.symbol(symbol, inputs, &values));
    let expected = if b.is_some() { value.derivative.derivative } else { value.value.derivative };
    let mut is_compared = false;
    with_equations(source, |equations| {
        let pairs = equations.streams.second.clone();
        let program = Program::new(&equations.expressions, &equations.residuals);
        let plain = x.map(Bounded::of);
        let streams = |symbol: Symbol| {
            let values = values.keys().map(|symbol| (*symbol, polynomials.symbol(*symbol, plain, &values).value()));
            value_of_stream(symbol, &pairs, &values.collect())
        };
        is_compared = is_equal(run(&program, &streams)[0], expected, source);
    });
    is_compared
}

#[test]
fn derivatives_by_inputs_match_dual_numbers() {
    let mut random = Random(3);
    let mut compared = 0;
    for _ in 0..400 {
        let (a, b) = (random.below(2), random.below(2));
        let tree = equation(Symbols::First, &mut random);
        let source = item(&format!("({}).{}", tree.source("u"), INPUTS[a]));
        compared += usize::from(check_total_derivative(&source, &tree, a, None, &mut random));
        let tree = equation(Symbols::Values, &mut random);
        let source = item(&format!("({}).d({}, {})", tree.source("u"), INPUTS[a], INPUTS[b]));
        compared += usize::from(check_total_derivative(&source, &tree, a, Some(b), &mut random));
    }
    assert!(compared > 600, "{compared} are comparable");
}

#[test]
fn derivatives_of_transforms_match_dual_numbers() {
    let mut random = Random(4);
    let mut compared = 0;
    for _ in 0..400 {
        let (a, b) = (random.below(2), random.below(2));
        let tree = equation(Symbols::Transform, &mut random);
        let derivative = format!("{}{}", INPUTS[a], INPUTS[b]);
        let source = item(&format!("u.{derivative}")).replace("-> (u,", &format!("-> (u = {},", tree.source("net")));
        compared += usize::from(check_total_derivative(&source, &tree, a, Some(b), &mut random));
    }
    assert!(compared > 300, "{compared} are comparable");
}
