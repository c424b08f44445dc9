use core::str::FromStr;

/// The output of `fit` on the screen. Keras: `verbose`, `"auto"`, `0`, `1` or `2`.
///
/// ```
/// use mlp_train::Verbose;
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
pub struct UnknownVerbose(String);

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
