//! x86-64: SSE2, which each has, and AVX2 with FMA, which most have.

use core::arch::x86_64::*;

/// Four lanes.
#[derive(Clone, Copy)]
pub(crate) struct Sse2;

/// Eight lanes.
#[derive(Clone, Copy)]
pub(crate) struct Avx2;

pub(super) fn has_avx2() -> bool {
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")
}

vectors! {
    Sse2: 4 of __m128, __m128i;

    fn load(from: *const f32) -> __m128 {
        _mm_loadu_ps(from)
    }
    fn store(values: __m128, to: *mut f32) {
        _mm_storeu_ps(to, values)
    }
    fn splat(value: f32) -> __m128 {
        _mm_set1_ps(value)
    }
    fn add(a: __m128, b: __m128) -> __m128 {
        _mm_add_ps(a, b)
    }
    fn mul(a: __m128, b: __m128) -> __m128 {
        _mm_mul_ps(a, b)
    }
    fn div(a: __m128, b: __m128) -> __m128 {
        _mm_div_ps(a, b)
    }
    fn mul_add(a: __m128, b: __m128, c: __m128) -> __m128 {
        _mm_add_ps(_mm_mul_ps(a, b), c)
    }
    fn at_least(value: __m128, limit: __m128) -> __m128 {
        // The second argument, unless the first is larger.
        _mm_max_ps(limit, value)
    }
    fn at_most(value: __m128, limit: __m128) -> __m128 {
        _mm_min_ps(limit, value)
    }
    fn larger(a: __m128, b: __m128) -> __m128 {
        // `b` unless `a` is larger, so that only what `a` is not as a number is lost: that is put back.
        _mm_or_ps(_mm_max_ps(a, b), _mm_and_ps(_mm_cmpunord_ps(a, a), a))
    }
    fn zeros() -> __m128i {
        _mm_setzero_si128()
    }
    fn load_pairs(from: *const i16) -> __m128i {
        _mm_loadu_si128(from.cast())
    }
    fn splat_pair(from: *const i16) -> __m128i {
        _mm_set1_epi32(from.cast::<i32>().read_unaligned())
    }
    fn add_products(sum: __m128i, a: __m128i, b: __m128i) -> __m128i {
        _mm_add_epi32(sum, _mm_madd_epi16(a, b))
    }
    fn to_floats(values: __m128i) -> __m128 {
        _mm_cvtepi32_ps(values)
    }
    fn store_rounded(values: __m128, to: *mut i16) {
        let rounded = _mm_cvtps_epi32(values);
        _mm_storel_epi64(to.cast(), _mm_packs_epi32(rounded, rounded))
    }
}

vectors! {
    Avx2: 8 of __m256, __m256i;

    fn load(from: *const f32) -> __m256 {
        _mm256_loadu_ps(from)
    }
    fn store(values: __m256, to: *mut f32) {
        _mm256_storeu_ps(to, values)
    }
    fn splat(value: f32) -> __m256 {
        _mm256_set1_ps(value)
    }
    fn add(a: __m256, b: __m256) -> __m256 {
        _mm256_add_ps(a, b)
    }
    fn mul(a: __m256, b: __m256) -> __m256 {
        _mm256_mul_ps(a, b)
    }
    fn div(a: __m256, b: __m256) -> __m256 {
        _mm256_div_ps(a, b)
    }
    fn mul_add(a: __m256, b: __m256, c: __m256) -> __m256 {
        _mm256_fmadd_ps(a, b, c)
    }
    fn at_least(value: __m256, limit: __m256) -> __m256 {
        _mm256_max_ps(limit, value)
    }
    fn at_most(value: __m256, limit: __m256) -> __m256 {
        _mm256_min_ps(limit, value)
    }
    fn larger(a: __m256, b: __m256) -> __m256 {
        // `b` unless `a` is larger, so that only what `a` is not as a number is lost: that is put back.
        _mm256_or_ps(_mm256_max_ps(a, b), _mm256_and_ps(_mm256_cmp_ps::<_CMP_UNORD_Q>(a, a), a))
    }
    fn zeros() -> __m256i {
        _mm256_setzero_si256()
    }
    fn load_pairs(from: *const i16) -> __m256i {
        _mm256_loadu_si256(from.cast())
    }
    fn splat_pair(from: *const i16) -> __m256i {
        _mm256_set1_epi32(from.cast::<i32>().read_unaligned())
    }
    fn add_products(sum: __m256i, a: __m256i, b: __m256i) -> __m256i {
        _mm256_add_epi32(sum, _mm256_madd_epi16(a, b))
    }
    fn to_floats(values: __m256i) -> __m256 {
        _mm256_cvtepi32_ps(values)
    }
    fn store_rounded(values: __m256, to: *mut i16) {
        let rounded = _mm256_cvtps_epi32(values);
        let (low, high) = (_mm256_castsi256_si128(rounded), _mm256_extracti128_si256::<1>(rounded));
        _mm_storeu_si128(to.cast(), _mm_packs_epi32(low, high));
    }
}
