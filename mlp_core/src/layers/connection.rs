//! What is called on what.

/// One use of a layer in a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// The row of the layer in the network's summary.
    pub row: usize,
    /// What it is called on.
    pub arguments: &'static [Origin],
}

/// Where a value comes from. Inputs are counted first, as calls too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The call that gives it.
    pub call: usize,
    /// Which one, of a layer that gives several.
    pub value: usize,
}
