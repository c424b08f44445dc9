//! Header for C and C++.

use core::fmt;
use core::marker::PhantomData;

use super::names::Upper;
use super::values::{parts, variables};
use super::{Error, ExportC};
use crate::layers::Shape;
use crate::parameters::Parameters;

/// Text of a header. See [`header`].
pub struct Header<N>(PhantomData<fn() -> N>);

/// Returns the header of a network for C and C++: `fs::write("net.h", header::<Net>().to_string())`.
///
/// It has the struct of the network, the functions, sizes as constants, the position of each input and output in a row, and
/// the layout of the parameters as a comment.
#[must_use]
pub fn header<N: ExportC>() -> Header<N> {
    Header(PhantomData)
}

/// Returns the name of the scalar type in C.
fn scalar<N: Parameters>() -> &'static str {
    if size_of::<N::Scalar>() == 4 { "float" } else { "double" }
}

impl<N: ExportC> fmt::Display for Header<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let upper = Upper(N::PREFIX);
        writeln!(f, "/* The network {}. Written by mlp {}. */", N::NAME, env!("CARGO_PKG_VERSION"))?;
        writeln!(f, "#ifndef {upper}_H\n#define {upper}_H\n")?;
        writeln!(f, "#include <stddef.h>\n#include <stdint.h>\n")?;
        writeln!(f, "#ifdef __cplusplus\nextern \"C\" {{\n#endif\n")?;
        errors(f)?;
        sizes::<N>(f)?;
        structure::<N>(f)?;
        functions::<N>(f)?;
        writeln!(f, "#ifdef __cplusplus\n}}\n#endif\n\n#endif")
    }
}

impl<N> fmt::Debug for Header<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Header")
    }
}

fn errors(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(f, "/* Results of all functions. */\n#ifndef MLP_OK\n#define MLP_OK 0")?;
    for (error, name) in Error::ALL {
        writeln!(f, "#define MLP_{} {} /* {error} */", Upper(name), error.code())?;
    }
    writeln!(f, "#endif\n")
}

fn sizes<N: ExportC>(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let upper = Upper(N::PREFIX);
    writeln!(f, "/* Values in a row of inputs, in a row of outputs, and in the network. */")?;
    writeln!(f, "#define {upper}_INPUTS {}", N::Input::FEATURES)?;
    writeln!(f, "#define {upper}_OUTPUTS {}", N::Output::FEATURES)?;
    writeln!(f, "#define {upper}_PARAMETERS {}\n", N::COUNT)?;
    let mut any = false;
    parts::<N>(&mut |part| {
        if !any {
            writeln!(f, "/* First value of each input and output in its row, and number of values. */")?;
        }
        any = true;
        write!(f, "#define {upper}_")?;
        write_upper(f, &part)?;
        write!(f, " {}\n#define {upper}_", part.first)?;
        write_upper(f, &part)?;
        writeln!(f, "_SIZE {}", part.features)
    })?;
    if any { writeln!(f) } else { Ok(()) }
}

/// Writes a value in upper case.
fn write_upper(f: &mut fmt::Formatter<'_>, value: &dyn fmt::Display) -> fmt::Result {
    struct Writer<'a, 'f>(&'a mut fmt::Formatter<'f>);
    impl fmt::Write for Writer<'_, '_> {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            write!(self.0, "{}", Upper(text))
        }
    }
    fmt::Write::write_fmt(&mut Writer(f), format_args!("{value}"))
}

fn structure<N: ExportC>(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (prefix, upper, scalar) = (N::PREFIX, Upper(N::PREFIX), scalar::<N>());
    writeln!(f, "/* A network. Matrices are stored column by column:")?;
    variables::<N>(&mut |path, variable, first| {
        write!(f, "     {first:6}  {path}.{} ", variable.name)?;
        match *variable.shape.sizes() {
            [rows, columns] => writeln!(f, "[{rows} by {columns}]"),
            _ => writeln!(f, "[{}]", variable.count()),
        }
    })?;
    writeln!(f, " */\ntypedef struct {prefix}_network {{")?;
    writeln!(f, "    {scalar} parameters[{upper}_PARAMETERS];\n}} {prefix}_network;\n")
}

fn functions<N: ExportC>(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (prefix, scalar) = (N::PREFIX, scalar::<N>());
    writeln!(f, "/* Sets initial weights. */")?;
    writeln!(f, "int32_t {prefix}_initialize({prefix}_network *network, uint64_t seed);\n")?;
    writeln!(f, "/* Loads a safetensors file, or all parameters, little-endian. On error, nothing changes. */")?;
    writeln!(f, "int32_t {prefix}_load({prefix}_network *network, const uint8_t *bytes, size_t length);\n")?;
    for (name, text) in [("predict_one", "Computes the output of one row."), ("predict", "Computes all rows.")] {
        writeln!(f, "/* {text} */\nint32_t {prefix}_{name}(")?;
        writeln!(f, "    const {prefix}_network *network,\n    const {scalar} *input, size_t input_length,")?;
        writeln!(f, "    {scalar} *output, size_t output_length);\n")?;
    }
    writeln!(
        f,
        "/* Computes the gradients of the sum of output_gradient * output: of each row by its inputs, and of all"
    )?;
    writeln!(f, "   rows by the parameters. An array of length 0 is not computed. */\nint32_t {prefix}_vjp(")?;
    writeln!(f, "    const {prefix}_network *network,\n    const {scalar} *input, size_t input_length,")?;
    writeln!(f, "    const {scalar} *output_gradient, size_t output_gradient_length,")?;
    writeln!(f, "    {scalar} *input_gradient, size_t input_gradient_length,")?;
    writeln!(f, "    {scalar} *parameter_gradient, size_t parameter_gradient_length);\n")
}
