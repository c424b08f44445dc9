//! File of scores: a line for each trial and fold, `trial,fold,PARAMETERS,score,error`.

use core::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use mlp_data::{FileError, atomic_write};

use super::Outcome;
use super::error::SearchError;
use super::trial::Trial;

/// The exponentials of two machines differ in the last digits, so values of a range are compared with a tolerance.
const TOLERANCE: f64 = 1e-12;

/// A file of scores, and the search that it must belong to.
pub(super) struct ScoreFile<'a> {
    pub(super) path: &'a Path,
    pub(super) trials: &'a [Trial],
    pub(super) folds: usize,
}

impl ScoreFile<'_> {
    fn header(&self) -> String {
        format!("trial,fold,{},score,error", self.trials[0].names().join(","))
    }

    /// Writes all known scores.
    pub(super) fn write(&self, scores: &[Option<Outcome>]) -> Result<(), SearchError> {
        let mut text = self.header();
        text.push('\n');
        for (index, outcome) in scores.iter().enumerate() {
            let Some(outcome) = outcome else { continue };
            let (trial, fold) = (&self.trials[index / self.folds], index % self.folds);
            let _ = write!(text, "{},{fold}", trial.number());
            trial.values().iter().for_each(|value| text.push_str(&format!(",{value:?}")));
            let _ = match outcome {
                Ok(score) => writeln!(text, ",{score:?},"),
                Err(error) => {
                    writeln!(text, ",,\"{}\"", error.replace('"', "\"\"").replace(['\n', '\r'], " "))
                }
            };
        }
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder).map_err(|error| FileError::from(error).in_file(self.path))?;
        }
        let written = atomic_write(self.path, |file| file.write_all(text.as_bytes()));
        Ok(written.map_err(|error: io::Error| FileError::from(error).in_file(self.path))?)
    }

    /// Reads the scores of an earlier run. There are none if the file does not exist.
    pub(super) fn read(&self) -> Result<Vec<Option<Outcome>>, SearchError> {
        let mut scores = vec![None; self.trials.len() * self.folds];
        let text = match fs::read_to_string(self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(scores),
            Err(error) => return Err(FileError::from(error).in_file(self.path).into()),
        };
        let mut lines = text.lines().enumerate();
        let header = lines.next().map_or("", |(_, line)| line);
        if header != self.header() {
            return Err(self.other_search(0, self.header(), header));
        }
        for (index, line) in lines {
            let expected = || "a trial and a fold of this search, with its values, and a score or an error".to_owned();
            match self.parse(line) {
                Some((position, outcome)) => scores[position] = Some(outcome),
                None => return Err(self.other_search(index, expected(), line)),
            }
        }
        Ok(scores)
    }

    fn other_search(&self, index: usize, expected: String, found: &str) -> SearchError {
        SearchError::OtherSearch {
            path: self.path.display().to_string(),
            line: index + 1,
            expected,
            found: found.chars().take(200).collect(),
        }
    }

    /// Parses a line, unless it does not belong to this search. Returns the position among the scores, and the score.
    fn parse(&self, line: &str) -> Option<(usize, Outcome)> {
        let mut cells = line.splitn(self.trials[0].values().len() + 4, ',');
        let (number, fold): (usize, usize) = (cells.next()?.parse().ok()?, cells.next()?.parse().ok()?);
        let trial = self.trials.get(number).filter(|_| fold < self.folds)?;
        for expected in trial.values() {
            let found: f64 = cells.next()?.parse().ok()?;
            let is_equal = (found - expected).abs() <= TOLERANCE * expected.abs();
            if !is_equal {
                return None;
            }
        }
        let (score, error) = (cells.next()?, cells.next()?);
        let outcome = match error.strip_prefix('"').and_then(|error| error.strip_suffix('"')) {
            Some(message) if score.is_empty() => Err(message.replace("\"\"", "\"")),
            None if error.is_empty() => Ok(score.parse().ok()?),
            _ => return None,
        };
        Some((number * self.folds + fold, outcome))
    }
}
