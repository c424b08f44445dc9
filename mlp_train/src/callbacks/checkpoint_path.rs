//! Paths with placeholders for metrics, in Python's format: `model-{epoch:02d}-{val_loss:.2f}.safetensors`.

use super::Status;

/// A path with an invalid placeholder.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// An unmatched brace.
    #[error("unmatched brace in path `{0}`")]
    Braces(String),
    /// A format other than `02d`, `.2f` and `.2e`.
    #[error(
        "expected a placeholder such as {{val_loss}}, {{epoch:02d}}, {{val_loss:.2f}} or {{val_loss:.2e}}, found {{{field}}}"
    )]
    Format {
        /// Text between the braces.
        field: String,
    },
    /// A metric that the training does not report.
    #[error("the path contains `{name}`, but the training reports {}", known.join(", "))]
    Unknown {
        /// Name between the braces.
        name: String,
        /// Names that a path may contain, each in backticks.
        known: Vec<String>,
    },
}

mlp_core::debug_as_display!(PathError);

/// Returns the path with the values of its placeholders, or `None` if a metric has no value now. Epochs are 1-based, as in
/// Keras's paths.
pub(super) fn fill(pattern: &str, status: &Status) -> Result<Option<String>, PathError> {
    let mut path = String::new();
    let mut rest = pattern;
    while let Some(open) = rest.find('{') {
        let close = rest[open..].find('}').ok_or_else(|| PathError::Braces(pattern.to_owned()))? + open;
        path.push_str(&rest[..open]);
        match field(&rest[open + 1..close], status)? {
            Some(text) => path.push_str(&text),
            None => return Ok(None),
        }
        rest = &rest[close + 1..];
    }
    path.push_str(rest);
    if rest.contains('}') { Err(PathError::Braces(pattern.to_owned())) } else { Ok(Some(path)) }
}

/// Returns the text for a placeholder, or `None` if the metric has no value now.
fn field(field: &str, status: &Status) -> Result<Option<String>, PathError> {
    let (name, format) = field.split_once(':').unwrap_or((field, ""));
    let invalid = || PathError::Format { field: field.to_owned() };
    if name == "epoch" {
        return integer(status.epoch() + 1, format).map(Some).ok_or_else(invalid);
    }
    if !status.names().any(|known| known == name) {
        let known = core::iter::once("epoch").chain(status.names()).map(|name| format!("`{name}`")).collect();
        return Err(PathError::Unknown { name: name.to_owned(), known });
    }
    let text = decimal(status.get(name).unwrap_or(0.0), format).ok_or_else(invalid)?;
    Ok(status.get(name).map(|_| text))
}

/// Formats an integer with `02d` or the like, or an empty format.
fn integer(value: usize, format: &str) -> Option<String> {
    if format.is_empty() {
        return Some(value.to_string());
    }
    let width = format.strip_suffix('d')?;
    let digits = if width.is_empty() { 0 } else { width.parse().ok()? };
    Some(if width.starts_with('0') { format!("{value:0digits$}") } else { format!("{value:digits$}") })
}

/// Formats a number with `.2f`, `.2e` or the like, or an empty format.
fn decimal(value: f64, format: &str) -> Option<String> {
    if format.is_empty() {
        return Some(format!("{value:?}"));
    }
    let digits = |text: &str| text.strip_prefix('.')?.parse::<usize>().ok();
    match format.split_at_checked(format.len() - 1)? {
        (precision, "f") => digits(precision).map(|digits| format!("{value:.digits$}")),
        (precision, "e") => digits(precision).map(|digits| format!("{value:.digits$e}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::callbacks::VisibleMetrics;

    fn status() -> Status {
        let mut status = Status::new(vec!["loss".into()], true, 0..20, 1);
        status.begin_epoch(6);
        status.log("val_loss", 0.12345);
        status.show(VisibleMetrics::All);
        status
    }

    #[test]
    fn placeholders_in_the_formats_of_python() {
        for (pattern, path) in [
            ("best.safetensors", "best.safetensors"),
            ("{epoch}-{val_loss}.safetensors", "7-0.12345.safetensors"),
            ("{epoch:03d}/{val_loss:.2f}{val_loss:.1e}", "007/0.121.2e-1"),
            ("{epoch:3d}", "  7"),
        ] {
            assert_eq!(fill(pattern, &status()), Ok(Some(path.to_owned())), "{pattern}");
        }
    }

    #[test]
    fn a_metric_without_a_value_produces_no_path() {
        let mut status = status();
        status.show(VisibleMetrics::TrainingAndLogged);
        assert_eq!(fill("{val_loss}", &status), Ok(None));
    }

    #[test]
    fn invalid_placeholders_are_named() {
        for (pattern, message) in [
            ("{epoch", "unmatched brace in path `{epoch`"),
            ("epoch}", "unmatched brace in path `epoch}`"),
            (
                "{loss:2}",
                "expected a placeholder such as {val_loss}, {epoch:02d}, {val_loss:.2f} or {val_loss:.2e}, found {loss:2}",
            ),
            ("{acc}", "the path contains `acc`, but the training reports `epoch`, `loss`, `val_loss`"),
        ] {
            assert_eq!(fill(pattern, &status()).unwrap_err().to_string(), message);
        }
    }
}
