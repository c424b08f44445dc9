use crate::csv::is_gap;
use crate::error::CsvErrorKind;

/// Value that replaces the gaps of a column. scikit-learn: `strategy` of `SimpleImputer`.
///
/// A gap is an empty field, or one of `NA`, `N/A`, `NaN`, `null`, `None` and `?`.
#[derive(Clone, Debug, PartialEq)]
pub enum Fill {
    /// The mean of the other values of a column of numbers.
    Mean,
    /// The median of the other values of a column of numbers.
    Median,
    /// The most frequent value; the first in order among equally frequent ones.
    MostFrequent,
    /// A constant number.
    Number(f64),
    /// A constant category.
    Category(String),
}

impl Fill {
    /// Returns the value for a column of numbers, given its values without gaps.
    pub(super) fn number(&self, values: &[f64], column: &str) -> Result<f64, CsvErrorKind> {
        if let Self::Number(value) = self {
            return Ok(*value);
        }
        if values.is_empty() {
            return Err(CsvErrorKind::OnlyGaps { column: column.to_owned() });
        }
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        match self {
            Self::Mean => Ok(values.iter().sum::<f64>() / values.len() as f64),
            Self::Median if sorted.len() % 2 == 1 => Ok(sorted[middle]),
            Self::Median => Ok((sorted[middle - 1] + sorted[middle]) / 2.0),
            Self::MostFrequent => {
                let mut runs: Vec<(f64, usize)> = Vec::new();
                for value in sorted {
                    match runs.last_mut().filter(|(last, _)| *last == value) {
                        Some((_, count)) => *count += 1,
                        None => runs.push((value, 1)),
                    }
                }
                let best = runs.iter().fold(runs[0], |best, &run| if run.1 > best.1 { run } else { best });
                Ok(best.0)
            }
            Self::Number(_) | Self::Category(_) => {
                Err(CsvErrorKind::InvalidFill { column: column.to_owned(), kind: "numbers", fill: format!("{self:?}") })
            }
        }
    }

    /// Returns the index of the category for a column of text, and adds it to the categories if it is new.
    pub(super) fn category(
        &self,
        fields: &[&str],
        names: &mut Vec<String>,
        column: &str,
    ) -> Result<usize, CsvErrorKind> {
        let position = |name: &str, names: &[String]| names.iter().position(|known| known == name);
        match self {
            Self::Category(name) => Ok(position(name, names).unwrap_or_else(|| {
                names.push(name.clone());
                names.len() - 1
            })),
            Self::MostFrequent => {
                let count = |name: &String| fields.iter().filter(|field| *field == name && !is_gap(field)).count();
                let best = (0..names.len()).fold(None, |best: Option<(usize, usize)>, index| {
                    let count = count(&names[index]);
                    best.filter(|&(_, most)| most >= count).or(Some((index, count)))
                });
                best.map(|(index, _)| index).ok_or_else(|| CsvErrorKind::OnlyGaps { column: column.to_owned() })
            }
            Self::Mean | Self::Median | Self::Number(_) => {
                Err(CsvErrorKind::InvalidFill { column: column.to_owned(), kind: "text", fill: format!("{self:?}") })
            }
        }
    }
}
