//! Paths with figures in them, in Python's format: `model-{epoch:02d}-{val_loss:.2f}.npy`.

use super::Status;

/// A path whose figures cannot be filled in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// A brace has no partner.
    #[error("a brace of the path `{0}` has no partner")]
    Braces(String),
    /// Something else than `02d`, `.2f` and `.2e`.
    #[error(
        "`{field}` in a path: a figure is written as {{val_loss}}, {{epoch:02d}}, {{val_loss:.2f}} or {{val_loss:.2e}}"
    )]
    Format {
        /// What stands between the braces.
        field: String,
    },
    /// What the training does not report.
    #[error("the path asks for `{name}`, but the training reports {}", known.join(", "))]
    Unknown {
        /// What stands between the braces.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
}

/// The path with its figures, or nothing if a figure has no value at this moment. Epochs are counted from 1, as Keras does it
/// in paths.
pub(super) fn fill(pattern: &str, status: &Status) -> Result<Option<String>, PathError> {
    let (mut path, mut rest) = (String::new(), pattern);
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

fn field(field: &str, status: &Status) -> Result<Option<String>, PathError> {
    let (name, format) = field.split_once(':').unwrap_or((field, ""));
    let wrong = || PathError::Format { field: field.to_owned() };
    if name == "epoch" {
        return whole(status.epoch() + 1, format).map(Some).ok_or_else(wrong);
    }
    if !status.names().any(|known| known == name) {
        let known = core::iter::once("epoch").chain(status.names()).map(|name| format!("`{name}`")).collect();
        return Err(PathError::Unknown { name: name.to_owned(), known });
    }
    let text = real(status.get(name).unwrap_or(0.0), format).ok_or_else(wrong)?;
    Ok(status.get(name).map(|_| text))
}

/// `02d` or nothing.
fn whole(value: usize, format: &str) -> Option<String> {
    if format.is_empty() {
        return Some(value.to_string());
    }
    let width = format.strip_suffix('d')?;
    let digits = if width.is_empty() { 0 } else { width.parse().ok()? };
    Some(if width.starts_with('0') { format!("{value:0digits$}") } else { format!("{value:digits$}") })
}

/// `.2f`, `.2e` or nothing.
fn real(value: f64, format: &str) -> Option<String> {
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
    use crate::training::callbacks::status::Shown;

    fn status() -> Status {
        let mut status = Status::new(vec!["loss".into()], true, (0, 20), 1);
        status.epoch = 6;
        status.log("val_loss", 0.12345);
        status.show(Shown::All);
        status
    }

    #[test]
    fn figures_as_python_writes_them() {
        for (pattern, path) in [
            ("best.npy", "best.npy"),
            ("{epoch}-{val_loss}.npy", "7-0.12345.npy"),
            ("{epoch:03d}/{val_loss:.2f}{val_loss:.1e}", "007/0.121.2e-1"),
            ("{epoch:3d}", "  7"),
        ] {
            assert_eq!(fill(pattern, &status()), Ok(Some(path.to_owned())), "{pattern}");
        }
    }

    #[test]
    fn a_figure_of_another_epoch_gives_no_path() {
        let mut status = status();
        status.show(Shown::Unvalidated);
        assert_eq!(fill("{val_loss}", &status), Ok(None));
    }

    #[test]
    fn what_cannot_be_filled_in_is_named() {
        for (pattern, message) in [
            ("{epoch", "a brace of the path `{epoch` has no partner"),
            ("epoch}", "a brace of the path `epoch}` has no partner"),
            (
                "{loss:2}",
                "`loss:2` in a path: a figure is written as {val_loss}, {epoch:02d}, {val_loss:.2f} or {val_loss:.2e}",
            ),
            ("{acc}", "the path asks for `acc`, but the training reports `epoch`, `loss`, `val_loss`"),
        ] {
            assert_eq!(fill(pattern, &status()).unwrap_err().to_string(), message);
        }
    }
}
