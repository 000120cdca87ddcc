//! Four lanes as plain arrays: for machines without a kind of their own, where the compiler makes vectors of the loops.

#[derive(Clone, Copy)]
pub(crate) struct Portable;

#[inline(always)]
fn each<T: Copy>(a: [T; 4], b: [T; 4], with: impl Fn(T, T) -> T) -> [T; 4] {
    [with(a[0], b[0]), with(a[1], b[1]), with(a[2], b[2]), with(a[3], b[3])]
}

vectors! {
    Portable: 4 of [f32; 4], [[i16; 2]; 4];

    fn load(from: *const f32) -> [f32; 4] {
        from.cast::<[f32; 4]>().read_unaligned()
    }
    fn store(values: [f32; 4], to: *mut f32) {
        to.cast::<[f32; 4]>().write_unaligned(values)
    }
    fn splat(value: f32) -> [f32; 4] {
        [value; 4]
    }
    fn add(a: [f32; 4], b: [f32; 4]) -> [f32; 4] {
        each(a, b, |a, b| a + b)
    }
    fn mul(a: [f32; 4], b: [f32; 4]) -> [f32; 4] {
        each(a, b, |a, b| a * b)
    }
    fn div(a: [f32; 4], b: [f32; 4]) -> [f32; 4] {
        each(a, b, |a, b| a / b)
    }
    fn mul_add(a: [f32; 4], b: [f32; 4], c: [f32; 4]) -> [f32; 4] {
        each(each(a, b, |a, b| a * b), c, |product, c| product + c)
    }
    fn at_least(value: [f32; 4], limit: [f32; 4]) -> [f32; 4] {
        each(value, limit, |value, limit| if limit > value { limit } else { value })
    }
    fn at_most(value: [f32; 4], limit: [f32; 4]) -> [f32; 4] {
        each(value, limit, |value, limit| if limit < value { limit } else { value })
    }
    fn larger(a: [f32; 4], b: [f32; 4]) -> [f32; 4] {
        each(a, b, |a, b| if a > b || a.is_nan() { a } else { b })
    }
    fn zeros() -> [[i16; 2]; 4] {
        [[0; 2]; 4]
    }
    fn load_pairs(from: *const i16) -> [[i16; 2]; 4] {
        from.cast::<[[i16; 2]; 4]>().read_unaligned()
    }
    fn splat_pair(from: *const i16) -> [[i16; 2]; 4] {
        [from.cast::<[i16; 2]>().read_unaligned(); 4]
    }
    fn add_products(sum: [[i16; 2]; 4], a: [[i16; 2]; 4], b: [[i16; 2]; 4]) -> [[i16; 2]; 4] {
        std::array::from_fn(|lane| {
            let product = |at: usize| i32::from(a[lane][at]) * i32::from(b[lane][at]);
            split(joined(sum[lane]).wrapping_add(product(0)).wrapping_add(product(1)))
        })
    }
    fn to_floats(values: [[i16; 2]; 4]) -> [f32; 4] {
        values.map(|pair| joined(pair) as f32)
    }
    fn store_rounded(values: [f32; 4], to: *mut i16) {
        to.cast::<[i16; 4]>().write_unaligned(values.map(|value| value.round_ties_even() as i16))
    }
}

/// A 32-bit integer from its halves.
#[inline(always)]
fn joined([low, high]: [i16; 2]) -> i32 {
    i32::from(high) << 16 | i32::from(low as u16)
}

#[inline(always)]
fn split(value: i32) -> [i16; 2] {
    [value as i16, (value >> 16) as i16]
}
