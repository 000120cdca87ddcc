//! Bytes → colors: what is transparent is laid on a ground, and large pictures are made smaller by averaging areas.

/// Red, green and blue, 0 to 255.
pub(super) type Color = [f32; 3];

/// The longest side that pictures are worked on at.
const WORK_SIDE: usize = 1_024;

/// A picture's colors.
pub(super) struct Colors {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<Color>,
    /// How many pixels of the picture one of these is, along each side.
    pub scale: usize,
}

/// Luma (BT.601).
pub(super) fn luma(color: Color) -> f32 {
    0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2]
}

/// The colors of straight RGBA. What is transparent counts as white ground, or as black where what is opaque is light: pictures
/// without a ground are drawn to be seen on one.
pub(super) fn colors(width: usize, height: usize, rgba: &[u8]) -> Colors {
    let (bytes, _) = rgba.as_chunks::<4>();
    let (mut sum, mut alpha) = (0u64, 0u64);
    for [r, g, b, a] in bytes {
        let luma = (u64::from(*r) * 299 + u64::from(*g) * 587 + u64::from(*b) * 114) / 1000;
        sum += luma * u64::from(*a);
        alpha += u64::from(*a);
    }
    let mostly_opaque = alpha > bytes.len() as u64 * 250;
    let under = if !mostly_opaque && alpha > 0 && sum / alpha > 160 { 0 } else { 255 };
    let scale = width.max(height).div_ceil(WORK_SIDE);
    let (w, h) = (width.div_ceil(scale), height.div_ceil(scale));
    let mut pixels = Vec::with_capacity(w * h);
    for y in 0..h {
        for x in 0..w {
            let mut sum = [0u32; 3];
            let rows = y * scale..((y + 1) * scale).min(height);
            let columns = x * scale..((x + 1) * scale).min(width);
            let count = (rows.len() * columns.len()) as f32;
            for row in rows {
                for [r, g, b, a] in &bytes[row * width..][columns.clone()] {
                    let a = u32::from(*a);
                    let ground = under * (255 - a);
                    for (sum, channel) in sum.iter_mut().zip([r, g, b]) {
                        *sum += u32::from(*channel) * a + ground;
                    }
                }
            }
            pixels.push(sum.map(|sum| sum as f32 / (255.0 * count)));
        }
    }
    Colors { width: w, height: h, pixels, scale }
}
