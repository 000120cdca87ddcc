//! Where a pixel of a feature map comes from: the part of the input that it depends on, and for the first convolution the sum that it is.

use super::{MapPixel, map_size};
use crate::protocol::{GrayImage, LayerActivations};

/// A rectangle of the input image, in pixels; it may reach into the zeros around the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InputBox {
    /// The first row.
    pub top: i32,
    /// The first column.
    pub left: i32,
    /// Rows.
    pub height: i32,
    /// Columns.
    pub width: i32,
}

impl InputBox {
    /// The part of it that is in an image.
    pub fn within(self, image: &GrayImage) -> Self {
        let clip = |from: i32, length: i32, limit: u32| {
            let (first, end) = (from.max(0), (from + length).min(limit as i32));
            (first, (end - first).max(0))
        };
        let (top, height) = clip(self.top, self.height, image.height);
        let (left, width) = clip(self.left, self.width, image.width);
        Self { top, left, height, width }
    }
}

/// The receptive field of a pixel of a layer (counted from the bottom) in the input: all that its value can depend on. None of a dense
/// layer, which reads everything, and where the engine does not tell how its layers read.
pub fn receptive_field(layers: &[LayerActivations], layer: usize, pixel: MapPixel) -> Option<InputBox> {
    let below = layers.get(..=layer)?;
    let axis = |at: usize| -> Option<(i32, i32)> {
        let (mut first, mut last) = (at as i32, at as i32);
        for (index, layer_below) in below.iter().enumerate().rev() {
            let convolution = layer_below.convolution.as_ref()?;
            // The layer above it reads its maps after the pooling.
            if index < layer && convolution.pools {
                (first, last) = (2 * first, 2 * last + 1);
            }
            first -= convolution.padding as i32;
            last += convolution.kernel as i32 - 1 - convolution.padding as i32;
        }
        Some((first, last - first + 1))
    };
    let ((top, height), (left, width)) = (axis(pixel.row)?, axis(pixel.column)?);
    Some(InputBox { top, left, height, width })
}

/// The sum that a pixel of the first convolution's maps is.
#[derive(Clone, Debug, PartialEq)]
pub struct KernelSum {
    /// The side of patch and kernel.
    pub side: usize,
    /// The part of the input that the kernel lies on, ink from 0 to 1, rows from the top.
    pub patch: Vec<f32>,
    /// The weights of the kernel.
    pub kernel: Vec<f32>,
    /// The sum of the products of both.
    pub products: f32,
    /// What is added.
    pub bias: f32,
}

impl KernelSum {
    /// The products and the bias.
    pub fn total(&self) -> f32 {
        self.products + self.bias
    }

    /// The activation: ReLU turns what is negative into 0.
    pub fn activation(&self) -> f32 {
        self.total().max(0.0)
    }
}

/// The sum that a pixel of the first layer is; none where the engine does not tell the layer's weights.
pub fn kernel_sum(image: &GrayImage, layer: &LayerActivations, channel: usize, pixel: MapPixel) -> Option<KernelSum> {
    let convolution = layer.convolution.as_ref()?;
    let [height, width] = map_size(layer);
    if pixel.row >= height || pixel.column >= width {
        return None;
    }
    let side = convolution.kernel as usize;
    let kernel = convolution.weights.chunks_exact((side * side).max(1)).nth(channel)?.to_vec();
    let bias = *convolution.bias.get(channel)?;
    let ink = |row: i64, column: i64| {
        let inside = (0..i64::from(image.height)).contains(&row) && (0..i64::from(image.width)).contains(&column);
        let place = usize::try_from(row * i64::from(image.width) + column).ok().filter(|_| inside);
        place.and_then(|place| image.pixels.get(place)).map_or(0.0, |level| f32::from(*level) / 255.0)
    };
    let (top, left) =
        (pixel.row as i64 - i64::from(convolution.padding), pixel.column as i64 - i64::from(convolution.padding));
    let patch: Vec<f32> = (0..side * side).map(|i| ink(top + (i / side) as i64, left + (i % side) as i64)).collect();
    let products = patch.iter().zip(&kernel).map(|(ink, weight)| ink * weight).sum();
    Some(KernelSum { side, patch, kernel, products, bias })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::ConvolutionDetails;

    /// The convolutions of the `digits` package: kernel, padding and whether a pooling follows.
    const DIGITS: [(u32, u32, bool); 5] = [(3, 0, false), (3, 0, true), (3, 0, false), (3, 0, true), (3, 1, false)];

    fn layer(shape: [u32; 3], (kernel, padding, pools): (u32, u32, bool)) -> LayerActivations {
        let maps = vec![0; shape.iter().product::<u32>() as usize];
        let convolution = Some(ConvolutionDetails { kernel, padding, pools, weights: vec![], bias: vec![] });
        LayerActivations { name: String::new(), shape, max: 1.0, maps, convolution }
    }

    fn digits() -> Vec<LayerActivations> {
        let sides = [26, 24, 10, 8, 4];
        let convolutions = sides.into_iter().zip(DIGITS).map(|(side, spec)| layer([2, side, side], spec));
        let dense =
            LayerActivations { name: String::new(), shape: [32, 1, 1], max: 1.0, maps: vec![0; 32], convolution: None };
        convolutions.chain([dense]).collect()
    }

    fn field(layer: usize, row: usize, column: usize) -> Option<[i32; 4]> {
        let field = receptive_field(&digits(), layer, MapPixel { row, column })?;
        Some([field.top, field.left, field.height, field.width])
    }

    #[test]
    fn the_receptive_field_grows_with_the_depth() {
        assert_eq!(field(0, 4, 7), Some([4, 7, 3, 3]));
        assert_eq!(field(1, 4, 7), Some([4, 7, 5, 5]));
        // A pooled pixel is the largest of 2 by 2, each of which sees 5 by 5; three of them in a row see 10.
        assert_eq!(field(2, 3, 0), Some([6, 0, 10, 10]));
        assert_eq!(field(3, 7, 7), Some([14, 14, 14, 14]));
        // The padding of the last one reaches out of the image.
        assert_eq!(field(4, 0, 0), Some([-4, -4, 24, 24]));
        assert_eq!(field(5, 0, 0), None, "a dense layer reads everything");
        assert_eq!(field(9, 0, 0), None);
    }

    #[test]
    fn a_field_is_cut_off_at_the_edge_of_the_image() {
        let image = GrayImage { width: 28, height: 28, pixels: vec![0; 784] };
        let field = InputBox { top: -4, left: 20, height: 24, width: 24 }.within(&image);
        assert_eq!(field, InputBox { top: 0, left: 20, height: 20, width: 8 });
    }

    #[test]
    fn a_pixel_of_the_first_layer_is_patch_times_kernel_plus_bias() {
        let image = GrayImage { width: 4, height: 4, pixels: (0..16).map(|level| level * 17).collect() };
        let mut layer = layer([2, 4, 4], (3, 1, false));
        if let Some(convolution) = &mut layer.convolution {
            convolution.weights = (0..18).map(|i| if i < 9 { 0.0 } else { (i - 9) as f32 - 4.0 }).collect();
            convolution.bias = vec![0.5, -0.25];
        }
        // In the corner a row and a column of the patch are zeros outside the image.
        let sum = kernel_sum(&image, &layer, 1, MapPixel::default()).expect("the weights are known");
        let ink = |level: u8| f32::from(level) * 17.0 / 255.0;
        assert_eq!(sum.patch, [0.0, 0.0, 0.0, 0.0, ink(0), ink(1), 0.0, ink(4), ink(5)]);
        assert_eq!(sum.kernel, [-4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0]);
        let products = ink(1) + 3.0 * ink(4) + 4.0 * ink(5);
        assert!((sum.products - products).abs() < 1e-6);
        assert!((sum.total() - (products - 0.25)).abs() < 1e-6);
        let other = kernel_sum(&image, &layer, 0, MapPixel { row: 3, column: 3 }).expect("the weights are known");
        assert_eq!((other.products, other.activation()), (0.0, 0.5));
        let negative = KernelSum { products: -2.0, ..other };
        assert_eq!(negative.activation(), 0.0);
        assert_eq!(kernel_sum(&image, &layer, 2, MapPixel::default()), None, "there is no third channel");
        layer.convolution = None;
        assert_eq!(kernel_sum(&image, &layer, 1, MapPixel::default()), None, "an older engine tells no weights");
    }
}
