use core::str::FromStr;

/// What is printed during training and evaluation.
///
/// Keras's `verbose`: `"auto"`, `0`, `1` or `2`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verbose {
    /// The progress bar, as in Keras.
    #[default]
    Auto,
    /// `0`: nothing.
    Silent,
    /// `1`: a bar for each epoch, redrawn as the epoch proceeds if the output is a terminal.
    ProgressBar,
    /// `2`: a line for each epoch.
    OneLine,
}

/// A text or number that is no [`Verbose`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`verbose` is auto, 0, 1 or 2, not {0}")]
pub struct UnknownVerbose(String);

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
    fn others_are_told() {
        assert_eq!(Verbose::try_from(3).unwrap_err().to_string(), "`verbose` is auto, 0, 1 or 2, not 3");
        assert_eq!("loud".parse::<Verbose>().unwrap_err().to_string(), "`verbose` is auto, 0, 1 or 2, not \"loud\"");
    }
}
