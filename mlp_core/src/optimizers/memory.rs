use crate::layers::Layer;
use crate::scalar::Scalar;

/// What an optimizer remembers of each parameter: some values of the network's own type.
///
/// Without `std`, there are three, used or not.
#[derive(Clone, Debug, PartialEq)]
pub struct Memory<N>(#[cfg(feature = "std")] Vec<Box<N>>, #[cfg(not(feature = "std"))] [N; 3]);

#[cfg(not(feature = "std"))]
impl<N: Layer> Memory<N> {
    /// As many values as there are numbers, each filled with its number.
    pub fn new<const COUNT: usize>(numbers: [f64; COUNT]) -> Self {
        const { assert!(COUNT <= 3, "without `std`, an optimizer remembers up to three values of each parameter") };
        let mut memory = Self([N::ZEROS; 3]);
        for (value, number) in memory.0.iter_mut().zip(numbers) {
            value.as_mut_slice().fill(N::Scalar::from_f64(number));
        }
        memory
    }

    /// The first `COUNT` values.
    pub fn values<const COUNT: usize>(&mut self) -> [&mut N; COUNT] {
        const { assert!(COUNT <= 3, "without `std`, an optimizer remembers up to three values of each parameter") };
        let mut values = self.0.iter_mut();
        core::array::from_fn(|_| values.next().expect("there are three"))
    }

    /// Returns an iterator over all values.
    pub fn iter(&self) -> impl Iterator<Item = &N> {
        self.0.iter()
    }

    /// All values.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut N> {
        self.0.iter_mut()
    }
}

#[cfg(feature = "std")]
impl<N: Layer> Memory<N> {
    /// As many values as there are numbers, each filled with its number.
    pub fn new<const COUNT: usize>(numbers: [f64; COUNT]) -> Self {
        let filled = |number: f64| {
            let mut value = N::zeroed();
            // Zeros are not written, so that what is not used takes up no memory.
            if number != 0.0 {
                value.as_mut_slice().fill(N::Scalar::from_f64(number));
            }
            value
        };
        Self(numbers.into_iter().map(filled).collect())
    }

    /// The first `COUNT` values. If there are fewer, because the optimizer was changed, zeros are added.
    pub fn values<const COUNT: usize>(&mut self) -> [&mut N; COUNT] {
        while self.0.len() < COUNT {
            self.0.push(N::zeroed());
        }
        let mut values = self.0.iter_mut();
        core::array::from_fn(|_| &mut **values.next().expect("as many were made"))
    }

    /// All values, to look at.
    pub fn as_slice(&self) -> &[Box<N>] {
        &self.0
    }

    /// Returns an iterator over all values.
    pub fn iter(&self) -> impl Iterator<Item = &N> {
        self.0.iter().map(|values| &**values)
    }

    /// All values.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut N> {
        self.0.iter_mut().map(|values| &mut **values)
    }
}
