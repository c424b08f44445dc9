/// Fitted column.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) coded: Coded,
}

/// Conversion of a column.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Coded {
    /// `(value − mean) / scale`.
    Number {
        /// Value of a gap.
        fill: Option<f64>,
        mean: f64,
        scale: f64,
    },
    /// One feature per category: 1 for the category of the row, 0 for the others.
    Categories {
        names: Vec<String>,
        /// Category of a gap.
        fill: Option<usize>,
        /// `true` if other categories have zeros only.
        ignore_unknown: bool,
    },
}

impl Column {
    pub(super) fn width(&self) -> usize {
        match &self.coded {
            Coded::Number { .. } => 1,
            Coded::Categories { names, .. } => names.len(),
        }
    }

    pub(super) fn names(&self) -> Vec<String> {
        match &self.coded {
            Coded::Number { .. } => vec![self.name.clone()],
            Coded::Categories { names, .. } => {
                names.iter().map(|category| format!("{}={category}", self.name)).collect()
            }
        }
    }
}
