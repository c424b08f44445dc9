//! Module for Fortran, with `iso_c_binding`.

use core::fmt;
use core::marker::PhantomData;

use super::values::parts;
use super::{Error, ExportC};
use crate::layers::Shape;
use crate::parameters::Parameters;

/// Text of a module. See [`fortran`].
pub struct Fortran<N>(PhantomData<fn() -> N>);

/// Returns the module of a network for Fortran 2003: `fs::write("net.f90", fortran::<Net>().to_string())`.
///
/// It has the same types, functions and constants as [`header`](super::header). Positions in a row are 1-based.
#[must_use]
pub fn fortran<N: ExportC>() -> Fortran<N> {
    Fortran(PhantomData)
}

/// Returns the kind of the real numbers.
fn kind<N: Parameters>() -> &'static str {
    if size_of::<N::Scalar>() == 4 { "c_float" } else { "c_double" }
}

impl<N: ExportC> fmt::Display for Fortran<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = N::PREFIX;
        writeln!(f, "! The network {}. Written by mlp {}.", N::NAME, env!("CARGO_PKG_VERSION"))?;
        writeln!(f, "module {prefix}\n  use, intrinsic :: iso_c_binding, only: c_double, c_float, c_int32_t, &")?;
        writeln!(f, "    c_int64_t, c_int8_t, c_size_t\n  implicit none\n  private")?;
        writeln!(f, "  public :: {prefix}_network, {prefix}_initialize, {prefix}_load, {prefix}_predict_one, &")?;
        writeln!(f, "    {prefix}_predict, {prefix}_vjp\n")?;
        constants::<N>(f)?;
        writeln!(f, "\n  type, bind(c) :: {prefix}_network\n    real({}) :: parameters({})", kind::<N>(), N::COUNT)?;
        writeln!(f, "  end type\n\n  interface")?;
        functions::<N>(f)?;
        writeln!(f, "  end interface\nend module")
    }
}

impl<N> fmt::Debug for Fortran<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fortran")
    }
}

fn constants<N: ExportC>(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let prefix = N::PREFIX;
    writeln!(f, "  integer(c_int32_t), parameter, public :: {prefix}_ok = 0")?;
    for (error, name) in Error::ALL {
        let code = error.code();
        writeln!(f, "  integer(c_int32_t), parameter, public :: {prefix}_error_{name} = {code} ! {error}")?;
    }
    let constant = |f: &mut fmt::Formatter<'_>, name: fmt::Arguments<'_>, value: usize| {
        writeln!(f, "  integer(c_size_t), parameter, public :: {prefix}_{name} = {value}")
    };
    constant(f, format_args!("inputs"), N::Input::FEATURES)?;
    constant(f, format_args!("outputs"), N::Output::FEATURES)?;
    constant(f, format_args!("parameters"), N::COUNT)?;
    parts::<N>(&mut |part| {
        constant(f, format_args!("{part}"), part.first + 1)?;
        constant(f, format_args!("{part}_size"), part.features)
    })
}

/// Writes the head of a function, up to its network.
fn head(f: &mut fmt::Formatter<'_>, (prefix, name): (&str, &str), arguments: &str, intent: &str) -> fmt::Result {
    writeln!(f, "    function {prefix}_{name}(network{arguments}) &")?;
    writeln!(f, "        result(status) bind(c, name='{prefix}_{name}')")?;
    writeln!(f, "      import")?;
    writeln!(f, "      type({prefix}_network), intent({intent}) :: network")
}

/// Writes arrays and their lengths.
fn arrays<N: Parameters>(f: &mut fmt::Formatter<'_>, intent: &str, names: &[&str]) -> fmt::Result {
    for name in names {
        writeln!(f, "      real({}), intent({intent}) :: {name}(*)", kind::<N>())?;
        writeln!(f, "      integer(c_size_t), value :: {name}_length")?;
    }
    Ok(())
}

fn functions<N: ExportC>(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let prefix = N::PREFIX;
    let end = |f: &mut fmt::Formatter<'_>| writeln!(f, "      integer(c_int32_t) :: status\n    end function\n");
    head(f, (prefix, "initialize"), ", seed", "out")?;
    writeln!(f, "      integer(c_int64_t), value :: seed")?;
    end(f)?;
    head(f, (prefix, "load"), ", bytes, length", "inout")?;
    writeln!(f, "      integer(c_int8_t), intent(in) :: bytes(*)\n      integer(c_size_t), value :: length")?;
    end(f)?;
    for name in ["predict_one", "predict"] {
        head(f, (prefix, name), ", input, input_length, output, output_length", "in")?;
        arrays::<N>(f, "in", &["input"])?;
        arrays::<N>(f, "inout", &["output"])?;
        end(f)?;
    }
    let arguments = ", input, input_length, &\n        output_gradient, output_gradient_length, &\n        \
        input_gradient, input_gradient_length, &\n        parameter_gradient, parameter_gradient_length";
    head(f, (prefix, "vjp"), arguments, "in")?;
    arrays::<N>(f, "in", &["input", "output_gradient"])?;
    arrays::<N>(f, "inout", &["input_gradient", "parameter_gradient"])?;
    end(f)
}
