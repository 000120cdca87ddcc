//! The 28×28 input image of the models.

/// Pixels along a side of an [`Image`].
pub const SIDE: usize = 28;

/// A 28×28 grayscale image: 0 is ground, 1 is full ink, rows from the top. Every value is finite and within 0..=1.
#[derive(Clone, Debug, PartialEq)]
pub struct Image([f32; SIDE * SIDE]);

impl Default for Image {
    fn default() -> Self {
        Self([0.0; SIDE * SIDE])
    }
}

impl Image {
    /// From values, rows from the top; what is not within 0..=1 is clamped, and what is not a number is ground.
    pub fn new(mut values: [f32; SIDE * SIDE]) -> Self {
        for value in &mut values {
            *value = if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) };
        }
        Self(values)
    }

    /// From bytes as MNIST stores them, 255 being full ink.
    pub fn from_bytes(bytes: &[u8; SIDE * SIDE]) -> Self {
        Self(bytes.map(|byte| f32::from(byte) / 255.0))
    }

    /// As bytes, 255 being full ink.
    pub fn to_bytes(&self) -> [u8; SIDE * SIDE] {
        self.0.map(|value| (value * 255.0).round() as u8)
    }

    /// The values, rows from the top.
    pub fn values(&self) -> &[f32; SIDE * SIDE] {
        &self.0
    }

    /// The ink at a pixel; ground outside the image.
    pub fn at(&self, x: isize, y: isize) -> f32 {
        let side = SIDE as isize;
        if (0..side).contains(&x) && (0..side).contains(&y) { self.0[(y * side + x) as usize] } else { 0.0 }
    }

    /// The ink at a place between pixels, interpolated from the four around it. Pixel centers are whole numbers.
    pub fn sample(&self, x: f32, y: f32) -> f32 {
        let (x0, y0) = (x.floor(), y.floor());
        let (fx, fy) = (x - x0, y - y0);
        let (x0, y0) = (x0 as isize, y0 as isize);
        let top = self.at(x0, y0) * (1.0 - fx) + self.at(x0 + 1, y0) * fx;
        let bottom = self.at(x0, y0 + 1) * (1.0 - fx) + self.at(x0 + 1, y0 + 1) * fx;
        top * (1.0 - fy) + bottom * fy
    }

    /// The sum of all ink.
    pub fn mass(&self) -> f32 {
        self.0.iter().sum()
    }

    /// The center of mass (x, y) in pixels; `None` without ink.
    pub fn center_of_mass(&self) -> Option<(f32, f32)> {
        let mass = self.mass();
        if mass <= 0.0 {
            return None;
        }
        let (mut x, mut y) = (0.0, 0.0);
        for (i, value) in self.0.iter().enumerate() {
            x += value * (i % SIDE) as f32;
            y += value * (i / SIDE) as f32;
        }
        Some((x / mass, y / mass))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_ink_is_clamped() {
        let mut values = [0.5; SIDE * SIDE];
        (values[0], values[1], values[2]) = (f32::NAN, 7.0, f32::NEG_INFINITY);
        let image = Image::new(values);
        assert_eq!(&image.values()[..4], &[0.0, 1.0, 0.0, 0.5]);
    }

    #[test]
    fn bytes_go_through_unchanged() {
        let mut bytes = [0; SIDE * SIDE];
        bytes.iter_mut().enumerate().for_each(|(i, byte)| *byte = (i % 256) as u8);
        assert_eq!(Image::from_bytes(&bytes).to_bytes(), bytes);
    }

    #[test]
    fn a_sample_between_two_pixels_is_their_mean() {
        let mut values = [0.0; SIDE * SIDE];
        (values[SIDE + 1], values[SIDE + 2]) = (1.0, 0.5);
        assert!((Image::new(values).sample(1.5, 1.0) - 0.75).abs() < 1e-6);
    }
}
