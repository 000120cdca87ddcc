//! Values that Rust and JavaScript agree on.

/// `count` values between `low` and `high`: Tommy Ettinger's mulberry32, bit for bit as `tests/bench/peers/noise.mjs` has it.
pub fn noise(seed: u32, count: usize, low: f64, high: f64) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x6D2B_79F5);
        let mut t = (state ^ (state >> 15)).wrapping_mul(state | 1);
        t ^= t.wrapping_add((t ^ (t >> 7)).wrapping_mul(t | 61));
        let uniform = f64::from(t ^ (t >> 14)) / 4_294_967_296.0;
        (low + (high - low) * uniform) as f32
    };
    (0..count).map(|_| next()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_those_of_the_peers() {
        // node -e "import('./tests/bench/peers/noise.mjs').then(({ noise }) => console.log(noise(7, 4, -1, 1)))"
        let peers = [-0.976_590_5, -0.876_083_5, 0.953_815_3, 0.398_057_4];
        assert_eq!(noise(7, 4, -1.0, 1.0), peers);
    }
}
