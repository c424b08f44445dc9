use core::str::FromStr;

/// The output of `fit` on the screen. Keras: `verbose`, `"auto"`, `0`, `1` or `2`.
///
/// ```
/// # mod mlp { pub use mlp_train::Verbose; }
/// use mlp::Verbose;
///
/// assert_eq!("2".parse(), Ok(Verbose::OneLine));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verbose {
    /// `auto`: the progress bar, as in Keras.
    #[default]
    Auto,
    /// `0`: no output.
    Silent,
    /// `1`: one bar per epoch, redrawn as the epoch proceeds if the output is a terminal.
    ProgressBar,
    /// `2`: one line per epoch.
    OneLine,
}

/// A text or number that is not a [`Verbose`].
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected auto, 0, 1 or 2 for `verbose`, found {0}")]
pub struct UnknownVerbose(pub(crate) String);

mlp_core::debug_as_display!(UnknownVerbose);

impl TryFrom<u8> for Verbose {
    type Error = UnknownVerbose;

    fn try_from(number: u8) -> Result<Self, UnknownVerbose> {
        match number {
            0 => Ok(Self::Silent),
            1 => Ok(Self::ProgressBar),
            2 => Ok(Self::OneLine),
            _ => Err(UnknownVerbose(number.to_string())),
        }
    }
}

/// The argument of `verbose`: a [`Verbose`], Keras's number `0`, `1` or `2`, or a `bool`.
///
/// ```
/// # mod mlp { pub use mlp_train::Fit; }
/// use mlp::Fit;
///
/// let quiet = Fit::new().verbose(0);
/// let lines = Fit::new().verbose(2);
/// let bar = Fit::new().verbose(true);
/// # let _ = (quiet, lines, bar);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value of `verbose`",
    label = "expected `Verbose::Silent`, `0`, `1`, `2` or a `bool`"
)]
pub trait IntoVerbose {
    /// Returns the output that is meant. An invalid number is an error when the training begins.
    ///
    /// # Errors
    /// If the number is not 0, 1 or 2.
    fn into_verbose(self) -> Result<Verbose, UnknownVerbose>;
}

impl IntoVerbose for Verbose {
    fn into_verbose(self) -> Result<Verbose, UnknownVerbose> {
        Ok(self)
    }
}

impl IntoVerbose for bool {
    fn into_verbose(self) -> Result<Verbose, UnknownVerbose> {
        Ok(if self { Verbose::Auto } else { Verbose::Silent })
    }
}

impl IntoVerbose for &str {
    fn into_verbose(self) -> Result<Verbose, UnknownVerbose> {
        self.parse()
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl IntoVerbose for $number {
            fn into_verbose(self) -> Result<Verbose, UnknownVerbose> {
                u8::try_from(self).map_err(|_| UnknownVerbose(self.to_string()))?.try_into()
            }
        }
    )*};
}

numbers!(i32, u8, u32, usize, i64);

impl FromStr for Verbose {
    type Err = UnknownVerbose;

    fn from_str(text: &str) -> Result<Self, UnknownVerbose> {
        let unknown = || UnknownVerbose(format!("{text:?}"));
        match text {
            "auto" => Ok(Self::Auto),
            number => number.parse::<u8>().map_err(|_| unknown())?.try_into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keras_names() {
        for (text, verbose) in
            [("auto", Verbose::Auto), ("0", Verbose::Silent), ("1", Verbose::ProgressBar), ("2", Verbose::OneLine)]
        {
            assert_eq!(text.parse(), Ok(verbose));
        }
        assert_eq!(Verbose::default(), Verbose::Auto);
    }

    #[test]
    fn other_values_are_errors() {
        assert_eq!(Verbose::try_from(3).unwrap_err().to_string(), "expected auto, 0, 1 or 2 for `verbose`, found 3");
        assert_eq!(
            "loud".parse::<Verbose>().unwrap_err().to_string(),
            "expected auto, 0, 1 or 2 for `verbose`, found \"loud\""
        );
    }
}
