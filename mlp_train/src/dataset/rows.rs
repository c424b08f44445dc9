use core::ops::Range;

/// Row indices of samples, in the order in which they are read.
#[derive(Clone, Debug)]
pub enum Rows<'a> {
    /// Consecutive rows.
    Range(Range<usize>),
    /// Row indices, as a shuffled epoch has them.
    Listed(&'a [usize]),
}

impl<'a> Rows<'a> {
    /// Returns the rows at the positions `part` of these rows.
    pub fn part(&self, part: Range<usize>) -> Rows<'a> {
        match self {
            Self::Range(range) => Rows::Range(range.start + part.start..range.start + part.end),
            Self::Listed(rows) => Rows::Listed(&rows[part]),
        }
    }

    /// Returns an iterator over the row indices.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        let (range, listed) = match self {
            Self::Range(range) => (range.clone(), &[][..]),
            Self::Listed(rows) => (0..0, *rows),
        };
        range.chain(listed.iter().copied())
    }

    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Range(range) => range.len(),
            Self::Listed(rows) => rows.len(),
        }
    }

    /// Returns `true` if there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
