//! Random numbers that are the same on every machine.

use num_traits::Float as _;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng};

/// Random numbers of initial weights and shuffling: xoshiro256++, the same sequence for a seed everywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct Rng {
    generator: Xoshiro256PlusPlus,
    #[cfg_attr(feature = "serde", serde(skip))]
    batch: Option<BatchNoise>,
}

/// Noise of the batch whose tiles are computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct BatchNoise {
    /// Drawn for the first noise layer of the batch.
    key: Option<u64>,
    /// Number of keys of the tile so far.
    keys: u64,
    first_sample: usize,
}

/// Key of the noise of one layer in one tile: all of it follows from the key, from the position of the sample in its batch,
/// and from the feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoiseKey {
    /// Key of the layer in this batch.
    pub words: [u32; 2],
    /// Position of the first sample of the tile in the batch.
    pub first: u32,
}

impl Rng {
    /// Creates a generator from a seed.
    pub fn new(seed: u64) -> Self {
        Self { generator: Xoshiro256PlusPlus::seed_from_u64(seed), batch: None }
    }

    /// Starts a batch that is computed tile by tile. Until [`end_batch`](Self::end_batch), the noise of a sample depends on its
    /// position in the batch, and not on the tiles.
    pub fn start_batch(&mut self) {
        self.batch = Some(BatchNoise::default());
    }

    /// Starts a tile whose first sample has the given position in the batch.
    pub fn start_tile(&mut self, first_sample: usize) {
        if let Some(batch) = &mut self.batch {
            (batch.keys, batch.first_sample) = (0, first_sample);
        }
    }

    /// Ends a batch.
    pub fn end_batch(&mut self) {
        self.batch = None;
    }

    /// Returns the key of the next noise layer. In the tiles of one batch, each layer has the same key.
    pub fn noise_key(&mut self) -> NoiseKey {
        let generator = &mut self.generator;
        let (key, first) = match &mut self.batch {
            None => (generator.next_u64(), 0),
            Some(batch) => {
                let key = *batch.key.get_or_insert_with(|| generator.next_u64());
                batch.keys += 1;
                (mixed(key.wrapping_add(batch.keys.wrapping_mul(0x9E37_79B9_7F4A_7C15))), batch.first_sample)
            }
        };
        NoiseKey { words: [(key >> 32) as u32, key as u32], first: first as u32 }
    }

    /// Returns the generator of one part of a computation. Part 0 continues this sequence, and each other part has a sequence
    /// that depends on the state of this generator and on the part.
    #[must_use]
    pub fn part(&self, part: usize) -> Self {
        let mut rng = self.clone();
        if part > 0 { Self::new(rng.generator.next_u64().wrapping_add(part as u64)) } else { rng }
    }

    /// Advances by 2¹²⁸ numbers, beyond all that a [`part`](Self::part) can draw.
    pub fn jump(&mut self) {
        self.generator.jump();
    }

    /// Draws uniformly from `[0, 1)`, a multiple of 2⁻⁵³.
    pub fn uniform(&mut self) -> f64 {
        // Not `powi`, whose precision is unspecified.
        const UNIT: f64 = 1.0 / (1_u64 << 53) as f64;
        (self.generator.next_u64() >> 11) as f64 * UNIT
    }

    /// Draws from the normal distribution with mean 0 and standard deviation 1.
    ///
    /// The ratio of uniforms, with Leva's bounds (ACM Transactions on Mathematical Software 18, 1992): the result comes
    /// from one division, and a logarithm, of which each platform has its own, only decides in one case of eighty.
    pub fn normal(&mut self) -> f64 {
        loop {
            let u = 1.0 - self.uniform();
            let v = 1.7156 * (self.uniform() - 0.5);
            let (x, y) = (u - 0.449871, v.abs() + 0.386595);
            let q = x * x + y * (0.196 * y - 0.25472 * x);
            if q < 0.27597 || (q <= 0.27846 && v * v <= -4.0 * u * u * u.ln()) {
                return v / u;
            }
        }
    }

    /// Draws a whole number below `bound`, each with the same probability.
    ///
    /// # Panics
    /// If `bound` is zero.
    pub fn below(&mut self, bound: usize) -> usize {
        assert!(bound > 0, "a number below zero");
        // The high half of a product is even but for 2⁶⁴ mod bound of the low halves; those are drawn again.
        let bound = bound as u64;
        loop {
            let product = u128::from(self.generator.next_u64()) * u128::from(bound);
            if product as u64 >= bound.wrapping_neg() % bound {
                return (product >> 64) as usize;
            }
        }
    }

    /// Puts the items into an order, each as likely as the others.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// Returns the last step of SplitMix64, in which every bit depends on all.
fn mixed(key: u64) -> u64 {
    let key = (key ^ (key >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let key = (key ^ (key >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    key ^ (key >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_has_one_key_in_all_tiles_of_a_batch() {
        let mut rng = Rng::new(0);
        let batch = |rng: &mut Rng| {
            rng.start_batch();
            let tiles = [0, 512].map(|first| {
                rng.start_tile(first);
                [rng.noise_key(), rng.noise_key()]
            });
            rng.end_batch();
            tiles
        };
        let [first, second] = batch(&mut rng);
        assert_eq!(first.map(|key| key.words), second.map(|key| key.words));
        assert_eq!([first[0].first, second[1].first], [0, 512]);
        assert_ne!(first[0].words, first[1].words);
        assert_ne!(first[0].words, batch(&mut rng)[0][0].words, "the next batch has other noise");
        assert_ne!(rng.noise_key().words, rng.noise_key().words, "passes without a batch have other noise");
    }

    #[test]
    fn sequences_are_the_same_everywhere() {
        let mut rng = Rng::new(0);
        let uniform: Vec<f64> = (0..4).map(|_| rng.uniform()).collect();
        let normal: Vec<f64> = (0..4).map(|_| rng.normal()).collect();
        let below: Vec<usize> = (0..8).map(|_| rng.below(10)).collect();
        let mut order: Vec<usize> = (0..8).collect();
        rng.shuffle(&mut order);
        assert_eq!(uniform, [0.3245752680314067, 0.38223929651167343, 0.3596172076473553, 0.011455508934653635]);
        assert_eq!(normal, [-1.6296205633504715, -1.0359235088274534, -1.0860285166231185, -0.18300354955294587]);
        assert_eq!(below, [6, 1, 3, 4, 2, 1, 0, 2]);
        assert_eq!(order, [1, 6, 5, 4, 7, 0, 2, 3]);
    }

    // The mean of n numbers with standard deviation s has the standard deviation s / √n; five of them happen in one
    // case of two million. The k-th moment's variance is E x²ᵏ − (E xᵏ)², for a normal number (2k − 1)!! and so on.
    #[test]
    fn normal_has_the_moments_of_a_normal_distribution() {
        const COUNT: usize = 200_000;
        let mut rng = Rng::new(1);
        let numbers: Vec<f64> = (0..COUNT).map(|_| rng.normal()).collect();
        for (power, truth, variance) in [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)] {
            let moment = numbers.iter().map(|x| x.powi(power)).sum::<f64>() / COUNT as f64;
            let bound = 5.0 * (variance / COUNT as f64).sqrt();
            assert!((moment - truth).abs() < bound, "moment {power} is {moment}, not {truth}");
        }
    }

    // The tails, which hardly change the moments above: the count of values beyond 1, 2 and 3 is binomial.
    #[test]
    fn normal_has_the_tails_of_a_normal_distribution() {
        const COUNT: f64 = 200_000.0;
        let mut rng = Rng::new(2);
        let numbers: Vec<f64> = (0..COUNT as usize).map(|_| rng.normal()).collect();
        for (limit, share) in [(1.0, 0.31731050786), (2.0, 0.04550026390), (3.0, 0.00269979606)] {
            let beyond = numbers.iter().filter(|x| x.abs() > limit).count() as f64;
            let bound = 5.0 * (COUNT * share * (1.0 - share)).sqrt();
            assert!((beyond - COUNT * share).abs() < bound, "{beyond} beyond {limit}, not {}", COUNT * share);
        }
    }

    #[test]
    fn parts_have_sequences_of_their_own() {
        let mut rng = Rng::new(5);
        let first = |mut rng: Rng| rng.uniform();
        let mut starts: Vec<f64> = (0..100).map(|part| first(rng.part(part))).collect();
        assert_eq!(starts[0], first(rng.clone()));
        rng.jump();
        starts.extend((0..100).map(|part| first(rng.part(part))));
        starts.sort_by(f64::total_cmp);
        assert!(starts.windows(2).all(|pair| pair[0] < pair[1]), "two parts draw the same value");
    }

    #[test]
    fn below_is_uniform() {
        const COUNT: f64 = 70_000.0;
        let mut rng = Rng::new(3);
        let mut counts = [0.0; 7];
        for _ in 0..COUNT as usize {
            counts[rng.below(7)] += 1.0;
        }
        let bound = 5.0 * (COUNT / 7.0 * (6.0 / 7.0)).sqrt();
        assert!(counts.iter().all(|count| (count - COUNT / 7.0).abs() < bound), "{counts:?}");
    }

    // Each of the 24 orders of four items.
    #[test]
    fn every_order_is_as_likely() {
        const COUNT: f64 = 48_000.0;
        let mut rng = Rng::new(4);
        let mut counts = std::collections::HashMap::<[u8; 4], f64>::new();
        for _ in 0..COUNT as usize {
            let mut order = [0, 1, 2, 3];
            rng.shuffle(&mut order);
            *counts.entry(order).or_default() += 1.0;
        }
        let bound = 5.0 * (COUNT / 24.0 * (23.0 / 24.0)).sqrt();
        assert_eq!(counts.len(), 24);
        assert!(counts.values().all(|count| (count - COUNT / 24.0).abs() < bound), "{counts:?}");
    }
}
