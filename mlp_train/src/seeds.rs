//! Seeds of independent random numbers.

/// Combines a seed and a number into another seed, by the finalizer of SplitMix64. The order counts: 1 and 2 are not 2 and 1.
pub(crate) fn mix(state: u64, value: u64) -> u64 {
    let mut z = state.wrapping_mul(0xD129_0D3D_4F65_C5B5).wrapping_add(value).wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
