//! What can be said of a network's layers without the network: where a pixel of a map comes from, and where the maps lie on a canvas.

pub mod map_grid;
pub mod receptive_field;

use crate::protocol::LayerActivations;

/// A selected channel of a layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SelectedUnit {
    /// The index of the layer, from the bottom.
    pub layer: usize,
    /// The index of the channel.
    pub channel: usize,
}

/// A pixel of a map: its row and column, counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MapPixel {
    /// The row, from the top.
    pub row: usize,
    /// The column, from the left.
    pub column: usize,
}

/// The number of channels of a layer.
pub fn channel_count(layer: &LayerActivations) -> usize {
    layer.shape[0] as usize
}

/// Height and width of the maps of a layer; 1 of a dense layer.
pub fn map_size(layer: &LayerActivations) -> [usize; 2] {
    [layer.shape[1].max(1) as usize, layer.shape[2].max(1) as usize]
}

/// The levels of a map.
pub fn map_levels(layer: &LayerActivations, channel: usize) -> Option<&[u8]> {
    let [height, width] = map_size(layer);
    layer.maps.chunks_exact(height * width).nth(channel)
}

/// The activation of a pixel; none where there is no such pixel.
pub fn activation(layer: &LayerActivations, channel: usize, pixel: MapPixel) -> Option<f32> {
    let [height, width] = map_size(layer);
    if pixel.row >= height || pixel.column >= width {
        return None;
    }
    let level = map_levels(layer, channel)?.get(pixel.row * width + pixel.column)?;
    Some(f32::from(*level) / 255.0 * layer.max)
}

/// The strongest pixel of a map, the first of equals.
pub fn strongest_pixel(layer: &LayerActivations, channel: usize) -> MapPixel {
    let [_, width] = map_size(layer);
    let levels = map_levels(layer, channel).unwrap_or_default();
    let best = (0..levels.len()).rev().max_by_key(|index| levels[*index]).unwrap_or_default();
    MapPixel { row: best / width, column: best % width }
}

/// The pixel that an arrow key goes to from another one, in maps of a height and width; none for any other key.
pub fn next_pixel(key: &str, at: MapPixel, [height, width]: [usize; 2]) -> Option<MapPixel> {
    let (bottom, right) = (height.saturating_sub(1), width.saturating_sub(1));
    Some(match key {
        "ArrowUp" => MapPixel { row: at.row.saturating_sub(1), ..at },
        "ArrowDown" => MapPixel { row: (at.row + 1).min(bottom), ..at },
        "ArrowLeft" => MapPixel { column: at.column.saturating_sub(1), ..at },
        "ArrowRight" => MapPixel { column: (at.column + 1).min(right), ..at },
        "Home" => MapPixel { column: 0, ..at },
        "End" => MapPixel { column: right, ..at },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer() -> LayerActivations {
        let maps = vec![0, 0, 0, 0, 0, 0, 0, 255, 51, 0, 0, 255];
        LayerActivations { name: "Convolution".into(), shape: [2, 2, 3], max: 5.0, maps, convolution: None }
    }

    #[test]
    fn a_pixel_has_its_activation() {
        let layer = layer();
        assert_eq!(activation(&layer, 1, MapPixel { row: 0, column: 1 }), Some(5.0));
        assert_eq!(activation(&layer, 1, MapPixel { row: 0, column: 2 }), Some(1.0));
        assert_eq!(activation(&layer, 1, MapPixel { row: 0, column: 3 }), None, "that would be the next row");
        assert_eq!(activation(&layer, 2, MapPixel::default()), None);
        assert_eq!(strongest_pixel(&layer, 1), MapPixel { row: 0, column: 1 });
        assert_eq!(strongest_pixel(&layer, 0), MapPixel::default());
    }

    #[test]
    fn arrow_keys_stay_on_the_map() {
        let corner = MapPixel { row: 1, column: 2 };
        assert_eq!(next_pixel("ArrowRight", corner, [2, 3]), Some(corner));
        assert_eq!(next_pixel("ArrowDown", corner, [2, 3]), Some(corner));
        assert_eq!(next_pixel("ArrowUp", corner, [2, 3]), Some(MapPixel { row: 0, column: 2 }));
        assert_eq!(next_pixel("Home", corner, [2, 3]), Some(MapPixel { row: 1, column: 0 }));
        assert_eq!(next_pixel("Enter", corner, [2, 3]), None);
    }
}
