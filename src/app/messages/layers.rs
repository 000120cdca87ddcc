//! Messages about the layers of a classifier: what a pixel of a map is made of, and how scores become shares.

use crate::app::model::layers::receptive_field::{InputBox, KernelSum};
use crate::app::model::layers::{MapPixel, SelectedUnit, channel_count};
use crate::protocol::LayerActivations;

/// What the layers show before anything is drawn.
pub const EMPTY: &str = "Draw a digit to see every layer at work, from the first, which detects strokes, to the last, which gives the answer.";

/// How the last layer's numbers come about.
pub const OUTPUT_HELP: &str = "Each score is a weighted sum of the units above plus a bias. Softmax turns scores into shares: e to the power of the score, divided by the sum of these over all rows. The shares add up to 100%.";

/// What is said of a layer whose units read everything.
pub const READS_EVERYTHING: &str = "It reads every unit below it, so it depends on the whole input.";

/// What is said where the engine does not tell how its layers read.
pub const UNKNOWN_FIELD: &str = "This engine does not say which part of the input it depends on.";

/// What the norm of a gradient says.
pub const GRADIENTS_HELP: &str =
    "How strongly each layer is pulled by the last step: the length of its gradient, which has no unit.";

/// The name of a layer for people, from the path of its parameters in the network: `convolutions.0.conv`.
pub fn layer_name(path: &str) -> String {
    let mut parts = path.split('.');
    let first = parts.next().unwrap_or_default();
    let index = parts.clone().find_map(|part| part.parse::<usize>().ok());
    let kind = match first {
        "convolutions" | "encoder_convolutions" => "Convolution",
        "dense" => "Dense layer",
        "rejector" => "“Is it a digit” layer",
        "bottom" | "encoder" => "Encoder",
        "decoder" => "Decoder",
        _ => return path.replace('_', " ").replace('.', ", "),
    };
    let norm = if path.ends_with(".norm") { ", normalization" } else { "" };
    match index {
        Some(index) => format!("{kind} {}{norm}", index + 1),
        None => format!("{kind}{norm}"),
    }
}

/// The noun for a channel of a layer.
pub fn channel_noun(layer: &LayerActivations) -> &'static str {
    if layer.shape[1] * layer.shape[2] > 1 { "map" } else { "unit" }
}

/// Which channel of which layer it is.
pub fn unit_title(layer: &LayerActivations, unit: SelectedUnit) -> String {
    format!("Layer {}, {} {} of {}", unit.layer + 1, channel_noun(layer), unit.channel + 1, channel_count(layer))
}

/// Number and size of the maps of a layer.
pub fn shape_label(layer: &LayerActivations) -> String {
    let [count, height, width] = layer.shape;
    if height * width > 1 { format!("{count} maps of {height} × {width}") } else { format!("{count} units") }
}

/// The strongest activation of a channel, in words.
pub fn strongest_activation(layer: &LayerActivations, channel: usize, live: bool) -> String {
    if !live {
        return "Inactive.".into();
    }
    let level = crate::app::model::layers::map_levels(layer, channel)
        .and_then(|map| map.iter().max())
        .copied()
        .unwrap_or_default();
    format!("Strongest activation {}.", number(f32::from(level) / 255.0 * layer.max))
}

/// A number with two decimal places and a true minus sign; never "−0.00".
pub fn number(value: f32) -> String {
    let text = format!("{:.2}", value.abs());
    let negative = value < 0.0 && text.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
    if negative { format!("\u{2212}{text}") } else { text }
}

/// A pixel and its activation.
pub fn pixel_value(pixel: MapPixel, activation: Option<f32>, chosen: bool) -> String {
    let value = activation.map_or_else(|| "–".to_owned(), number);
    let place = format!("Row {}, column {}: {value}", pixel.row + 1, pixel.column + 1);
    if chosen { place } else { format!("{place}, the strongest") }
}

/// The part of the input that a pixel depends on.
pub fn field_size(field: InputBox) -> String {
    format!("It depends on {} × {} pixels of the input.", field.height, field.width)
}

/// The rows and columns of the input that a pixel depends on, for screen readers.
pub fn field_place(field: InputBox) -> String {
    format!(
        "It depends on rows {} to {} and columns {} to {} of the input.",
        field.top + 1,
        field.top + field.height,
        field.left + 1,
        field.left + field.width
    )
}

/// The sum that a pixel of the first layer is.
pub fn sum_sentence(sum: &KernelSum) -> String {
    let (products, bias, total) = (number(sum.products), number(sum.bias.abs()), number(sum.total()));
    let sign = if sum.bias < 0.0 { "\u{2212}" } else { "+" };
    let start = format!("Patch × kernel, added up: {products} {sign} bias {bias} = {total}.");
    match sum.total() < 0.0 {
        true => format!("{start} ReLU turns a negative sum into 0."),
        false => start,
    }
}

/// Numbers in rows, for screen readers.
pub fn grid_label(name: &str, values: &[f32], side: usize) -> String {
    let rows =
        values.chunks(side.max(1)).map(|row| row.iter().map(|value| number(*value)).collect::<Vec<_>>().join(", "));
    format!("{name}: {}", rows.collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_a_sign_only_where_they_are_not_zero() {
        assert_eq!([0.004, -0.004, -1.5, 2.0].map(number), ["0.00", "0.00", "\u{2212}1.50", "2.00"]);
    }

    #[test]
    fn layers_have_names_for_people() {
        assert_eq!(layer_name("convolutions.0.conv"), "Convolution 1");
        assert_eq!(layer_name("convolutions.1.norm"), "Convolution 2, normalization");
        assert_eq!(layer_name("dense.1"), "Dense layer 2");
        assert_eq!(layer_name("word_head.gates"), "word head, gates");
    }

    #[test]
    fn a_sum_is_said_with_its_bias_and_what_relu_makes_of_it() {
        let mut sum = KernelSum { side: 1, patch: vec![0.5], kernel: vec![3.0], products: 1.5, bias: -0.25 };
        assert_eq!(sum_sentence(&sum), "Patch × kernel, added up: 1.50 − bias 0.25 = 1.25.");
        sum.bias = -2.0;
        assert_eq!(
            sum_sentence(&sum),
            "Patch × kernel, added up: 1.50 − bias 2.00 = −0.50. ReLU turns a negative sum into 0."
        );
        assert_eq!(grid_label("Kernel", &[1.0, -1.0, 0.0, 0.5], 2), "Kernel: 1.00, −1.00; 0.00, 0.50");
    }

    #[test]
    fn a_field_is_told_from_1_on() {
        let field = InputBox { top: 4, left: 0, height: 3, width: 5 };
        assert_eq!(field_size(field), "It depends on 3 × 5 pixels of the input.");
        assert_eq!(field_place(field), "It depends on rows 5 to 7 and columns 1 to 5 of the input.");
    }
}
