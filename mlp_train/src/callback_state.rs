/// State of the callbacks, which checkpoints hold: values by name, in the order of the names.
// Not a `BTreeMap`: each program would compile the code that drops it, 1,400 lines of LLVM.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallbackState(Vec<(String, f64)>);

impl CallbackState {
    pub(crate) fn get(&self, name: &str) -> Option<f64> {
        self.position(name).ok().map(|index| self.0[index].1)
    }

    pub(crate) fn set(&mut self, name: &str, value: f64) {
        match self.position(name) {
            Ok(index) => self.0[index].1 = value,
            Err(index) => self.0.insert(index, (name.to_owned(), value)),
        }
    }

    #[cfg_attr(not(feature = "safetensors"), expect(dead_code, reason = "only checkpoints read all"))]
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, f64)> {
        self.0.iter().map(|(name, value)| (name.as_str(), *value))
    }

    /// Returns the position of a name, or the one at which to insert it.
    fn position(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.as_str().cmp(name))
    }
}
