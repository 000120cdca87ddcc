//! WebAssembly's 128 bits, without the relaxed instructions, which not every browser has.

use core::arch::wasm32::*;

#[derive(Clone, Copy)]
pub(crate) struct Wasm;

vectors! {
    Wasm: 4 of v128, v128;

    fn load(from: *const f32) -> v128 {
        v128_load(from.cast())
    }
    fn store(values: v128, to: *mut f32) {
        v128_store(to.cast(), values)
    }
    fn splat(value: f32) -> v128 {
        f32x4_splat(value)
    }
    fn add(a: v128, b: v128) -> v128 {
        f32x4_add(a, b)
    }
    fn mul(a: v128, b: v128) -> v128 {
        f32x4_mul(a, b)
    }
    fn div(a: v128, b: v128) -> v128 {
        f32x4_div(a, b)
    }
    fn mul_add(a: v128, b: v128, c: v128) -> v128 {
        f32x4_add(f32x4_mul(a, b), c)
    }
    fn at_least(value: v128, limit: v128) -> v128 {
        // The pseudo-maximum is one instruction of every processor, and the first argument unless the second is larger.
        f32x4_pmax(value, limit)
    }
    fn at_most(value: v128, limit: v128) -> v128 {
        f32x4_pmin(value, limit)
    }
    fn larger(a: v128, b: v128) -> v128 {
        // The maximum that keeps what is no number takes more instructions.
        v128_bitselect(b, f32x4_pmax(a, b), f32x4_ne(b, b))
    }
    fn zeros() -> v128 {
        i32x4_splat(0)
    }
    fn load_pairs(from: *const i16) -> v128 {
        v128_load(from.cast())
    }
    fn splat_pair(from: *const i16) -> v128 {
        v128_load32_splat(from.cast())
    }
    fn add_products(sum: v128, a: v128, b: v128) -> v128 {
        i32x4_add(sum, i32x4_dot_i16x8(a, b))
    }
    fn to_floats(values: v128) -> v128 {
        f32x4_convert_i32x4(values)
    }
    fn store_rounded(values: v128, to: *mut i16) {
        let rounded = i32x4_trunc_sat_f32x4(f32x4_nearest(values));
        v128_store64_lane::<0>(i16x8_narrow_i32x4(rounded, rounded), to.cast())
    }
}
