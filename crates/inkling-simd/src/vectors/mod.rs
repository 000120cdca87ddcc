//! The vectors that the packed kernels are written in: one trait, and what it is on each machine.
//!
//! macerator, which the older kernels use, has no product of 16-bit integers that are added in pairs; every machine has one, and it is
//! twice as fast as one of floats. A [`VectorKernel`] is written once and compiled for each kind of vectors; [`run`] takes the best.

/// Implements [`Vectors`]: every function is inlined, and unsafe for the same reason, which its caller answers for.
macro_rules! vectors {
    (
        $kind:ty: $lanes:literal of $floats:ty, $integers:ty;
        $(fn $name:ident($($argument:ident: $type:ty),*) $(-> $output:ty)? $body:block)*
    ) => {
        impl $crate::vectors::Vectors for $kind {
            const LANES: usize = $lanes;
            type Floats = $floats;
            type Integers = $integers;
            $(
                #[inline(always)]
                #[allow(unused_unsafe, reason = "some instructions are safe where a build has them anyway")]
                unsafe fn $name($($argument: $type),*) $(-> $output)? {
                    // SAFETY: the caller's.
                    unsafe { $body }
                }
            )*
        }
    };
}

#[cfg(any(test, not(any(all(target_arch = "wasm32", target_feature = "simd128"), target_arch = "x86_64"))))]
mod portable;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm;
#[cfg(target_arch = "x86_64")]
mod x86;

/// Vectors of a machine. Every function is unsafe: the machine must have the instructions, and pointers must be good for a whole
/// vector.
pub(crate) trait Vectors: Copy + 'static {
    /// Floats in a vector: 4 or 8.
    const LANES: usize;
    /// So many floats.
    type Floats: Copy;
    /// So many 32-bit integers, or twice as many of 16 bits.
    type Integers: Copy;

    unsafe fn load(from: *const f32) -> Self::Floats;
    unsafe fn store(values: Self::Floats, to: *mut f32);
    unsafe fn splat(value: f32) -> Self::Floats;
    unsafe fn add(a: Self::Floats, b: Self::Floats) -> Self::Floats;
    unsafe fn mul(a: Self::Floats, b: Self::Floats) -> Self::Floats;
    unsafe fn div(a: Self::Floats, b: Self::Floats) -> Self::Floats;
    /// `a · b + c`, rounded once where the machine can.
    unsafe fn mul_add(a: Self::Floats, b: Self::Floats, c: Self::Floats) -> Self::Floats;
    /// The larger of a value and a limit; what is not a number stays so.
    unsafe fn at_least(value: Self::Floats, limit: Self::Floats) -> Self::Floats;
    /// The smaller of a value and a limit; what is not a number stays so.
    unsafe fn at_most(value: Self::Floats, limit: Self::Floats) -> Self::Floats;
    /// The larger of both; not a number where one of them is not.
    unsafe fn larger(a: Self::Floats, b: Self::Floats) -> Self::Floats;

    unsafe fn zeros() -> Self::Integers;
    /// [`LANES`](Self::LANES) pairs.
    unsafe fn load_pairs(from: *const i16) -> Self::Integers;
    /// One pair in every lane.
    unsafe fn splat_pair(from: *const i16) -> Self::Integers;
    /// In each lane the sum, and the two products of the pairs.
    unsafe fn add_products(sum: Self::Integers, a: Self::Integers, b: Self::Integers) -> Self::Integers;
    unsafe fn to_floats(values: Self::Integers) -> Self::Floats;
    /// The nearest 16-bit integers, ties to even.
    unsafe fn store_rounded(values: Self::Floats, to: *mut i16);
}

/// A loop over slices that is compiled for each kind of vectors.
pub(crate) trait VectorKernel {
    /// What it gives.
    type Output;

    /// Runs it. Has to be `#[inline(always)]`, as all that it calls, so that it is compiled with the instructions of `V`.
    ///
    /// # Safety
    /// The machine has the instructions of `V`.
    unsafe fn run<V: Vectors>(self) -> Self::Output;
}

/// Runs a kernel with the best vectors of this machine.
// Inlined, its loops would be compiled like whatever calls it, and that is compiled to be small.
#[inline(never)]
pub(crate) fn run<K: VectorKernel>(kernel: K) -> K::Output {
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    // SAFETY: the whole module is compiled for machines with these.
    return unsafe { kernel.run::<wasm::Wasm>() };
    #[cfg(target_arch = "x86_64")]
    return run_x86(kernel);
    #[cfg(not(any(all(target_arch = "wasm32", target_feature = "simd128"), target_arch = "x86_64")))]
    // SAFETY: no instructions that not every machine has.
    return unsafe { kernel.run::<portable::Portable>() };
}

/// Runs a kernel with the better of the two kinds that this machine has.
#[cfg(target_arch = "x86_64")]
fn run_x86<K: VectorKernel>(kernel: K) -> K::Output {
    #[target_feature(enable = "avx2,fma")]
    fn with_avx2<K: VectorKernel>(kernel: K) -> K::Output {
        // SAFETY: this function may only be called where they are.
        unsafe { kernel.run::<x86::Avx2>() }
    }
    if x86::has_avx2() {
        // SAFETY: looked up above.
        return unsafe { with_avx2(kernel) };
    }
    // SAFETY: every x86-64 has SSE2.
    unsafe { kernel.run::<x86::Sse2>() }
}

/// Runs a kernel with every kind of vectors that this machine has, and tells the kinds' names.
#[cfg(test)]
pub(crate) fn run_on_each<K: VectorKernel>(
    mut make: impl FnMut(&'static str) -> K,
    mut then: impl FnMut(&'static str, K::Output),
) {
    // SAFETY: no instructions that not every machine has.
    let output = unsafe { make("portable").run::<portable::Portable>() };
    then("portable", output);
    #[cfg(target_arch = "x86_64")]
    {
        // SAFETY: every x86-64 has SSE2.
        let output = unsafe { make("SSE2").run::<x86::Sse2>() };
        then("SSE2", output);
        if x86::has_avx2() {
            let output = run_x86(make("AVX2"));
            then("AVX2", output);
        }
    }
}

/// tanh as a quotient of polynomials (13th and 6th degree, as Eigen has it): to 2e-7, without an exponential.
#[allow(clippy::excessive_precision, reason = "as Eigen has them")]
#[inline(always)]
pub(crate) unsafe fn tanh<V: Vectors>(x: V::Floats) -> V::Floats {
    const LIMIT: f32 = 7.905_311;
    const ODD: [f32; 7] = [
        -2.760_768_5e-16,
        2.000_187_9e-13,
        -8.604_672e-11,
        5.122_297_1e-8,
        1.485_722_4e-5,
        6.372_619_3e-4,
        4.893_524_6e-3,
    ];
    const EVEN: [f32; 4] = [1.198_258_4e-6, 1.185_347_1e-4, 2.268_434_6e-3, 4.893_525_2e-3];
    // SAFETY: the caller's.
    unsafe {
        let x = V::at_most(V::at_least(x, V::splat(-LIMIT)), V::splat(LIMIT));
        let square = V::mul(x, x);
        let mut above = V::splat(ODD[0]);
        for factor in &ODD[1..] {
            above = V::mul_add(square, above, V::splat(*factor));
        }
        let mut below = V::splat(EVEN[0]);
        for factor in &EVEN[1..] {
            below = V::mul_add(square, below, V::splat(*factor));
        }
        V::div(V::mul(x, above), below)
    }
}

/// σ by [`tanh`].
#[inline(always)]
pub(crate) unsafe fn sigmoid<V: Vectors>(x: V::Floats) -> V::Floats {
    // SAFETY: the caller's.
    unsafe {
        let half = V::splat(0.5);
        V::mul_add(tanh::<V>(V::mul(x, half)), half, half)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// tanh and σ of some values.
    struct Activations(Vec<f32>);

    impl VectorKernel for Activations {
        type Output = [Vec<f32>; 2];

        #[inline(always)]
        unsafe fn run<V: Vectors>(self) -> [Vec<f32>; 2] {
            let mut outputs = [vec![0.0; self.0.len()], vec![0.0; self.0.len()]];
            for at in (0..self.0.len()).step_by(V::LANES) {
                // SAFETY: there are a multiple of eight values.
                unsafe {
                    let x = V::load(self.0.as_ptr().add(at));
                    V::store(tanh::<V>(x), outputs[0].as_mut_ptr().add(at));
                    V::store(sigmoid::<V>(x), outputs[1].as_mut_ptr().add(at));
                }
            }
            outputs
        }
    }

    #[test]
    fn activations_are_those_of_f64() {
        let values: Vec<f32> = (-12_000..12_000).map(|i| i as f32 * 0.003).collect();
        run_on_each(
            |_| Activations(values.clone()),
            |name, [tanhs, sigmoids]| {
                for (x, (tanh, sigmoid)) in values.iter().map(|x| f64::from(*x)).zip(tanhs.iter().zip(&sigmoids)) {
                    assert!((f64::from(*tanh) - x.tanh()).abs() < 5e-7, "{name}: tanh {x}");
                    assert!((f64::from(*sigmoid) - 1.0 / (1.0 + (-x).exp())).abs() < 5e-7, "{name}: sigmoid {x}");
                }
            },
        );
        let odd = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 0.0, f32::NAN, 1e30, -1e30, -0.0];
        run_on_each(
            |_| Activations(odd.to_vec()),
            |name, [tanhs, _]| {
                assert!(tanhs[0].is_nan() && tanhs[4].is_nan(), "{name}");
                assert!((tanhs[1] - 1.0).abs() < 5e-7 && (tanhs[2] + 1.0).abs() < 5e-7, "{name}");
                assert_eq!((tanhs[3], tanhs[7]), (0.0, 0.0), "{name}");
            },
        );
    }
}
