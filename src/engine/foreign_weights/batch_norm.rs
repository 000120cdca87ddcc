//! Batch normalization, which packages do not hold: once trained it is a scale and a shift of each channel, and goes into the layer
//! before it.

use std::collections::BTreeSet;

use super::tensors::{ForeignTensor, ForeignTensors, parts};
use crate::package::PackageError;

/// What PyTorch and Keras add to the variance, unless they are told otherwise.
const PYTORCH_EPSILON: f32 = 1e-5;
const KERAS_EPSILON: f32 = 1e-3;

/// Folds every batch normalization into the layer that it stands right behind, and says so, a line each.
///
/// # Errors
/// [`PackageError::BatchNormalization`] where the names do not tell which layer that is, and what is wrong with a tensor.
pub(super) fn fold(tensors: &mut ForeignTensors) -> Result<Vec<String>, PackageError> {
    let norms: Vec<String> =
        tensors.keys().filter_map(|name| name.strip_suffix(".running_mean")).map(str::to_owned).collect();
    let (mut notes, mut folded) = (Vec::new(), BTreeSet::new());
    for norm in norms {
        let layer = layer_before(&norm, tensors).filter(|layer| folded.insert(layer.clone()));
        let layer = layer.ok_or_else(|| PackageError::BatchNormalization(norm.clone()))?;
        fold_into(&layer, &norm, tensors)?;
        notes.push(format!("the batch normalization {norm} was folded into {layer}"));
    }
    Ok(notes)
}

/// A layer of weights: a convolution or a dense layer, by its name.
fn layers<'a>(tensors: &'a ForeignTensors<'_>, width: usize) -> impl Iterator<Item = &'a str> {
    tensors.iter().filter_map(move |(name, tensor)| {
        let layer = name.strip_suffix(".weight")?;
        let ends =
            matches!(tensor.shape.len(), 2 | 4) && [tensor.shape.first(), tensor.shape.last()].contains(&Some(&width));
        ends.then_some(layer)
    })
}

/// The layer right before a batch normalization, as far as the names tell.
fn layer_before(norm: &str, tensors: &ForeignTensors) -> Option<String> {
    let width = tensors.get(&format!("{norm}.running_mean"))?.shape.iter().product();
    let fitting: Vec<&str> = layers(tensors, width).collect();
    let only = |found: Vec<&str>| match found[..] {
        [one] => Some(one.to_owned()),
        _ => None,
    };
    let (parent, name) = parts(norm).unwrap_or(("", norm));
    let siblings = || {
        let child = |layer: &&&str| parts(layer).map_or("", |(parent, _)| parent) == parent;
        fitting.iter().filter(child).copied()
    };
    if let Ok(number) = name.parse::<u32>() {
        // In a sequence there may be something else between, a ReLU say, behind which it cannot be folded back.
        let place = |layer: &str| {
            let (other, place) = parts(layer).unwrap_or(("", layer));
            if other == parent { place.parse::<u32>().ok() } else { None }
        };
        let layers =
            tensors.iter().filter(|(_, tensor)| tensor.shape.len() > 1).filter_map(|(name, _)| Some(parts(name)?.0));
        if let Some(before) = layers.filter_map(place).filter(|place| *place < number).max() {
            let right_before = fitting.iter().find(|layer| place(layer) == Some(before));
            return right_before.filter(|_| before + 1 == number).map(|layer| (*layer).to_owned());
        }
    }
    let same_number = fitting.iter().filter(|layer| last_number(layer) == last_number(norm)).copied().collect();
    only(same_number).or_else(|| only(siblings().collect())).or_else(|| only(fitting.clone()))
}

/// The last number in a name: 1 in `bn1`, none in `bn`.
fn last_number(name: &str) -> Option<u32> {
    let end = name.trim_end_matches(|c: char| !c.is_ascii_digit());
    let digits = end.len() - end.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    end[end.len() - digits..].parse().ok()
}

/// Scales the weights of a layer and shifts its bias, as the batch normalization would its output.
fn fold_into(layer: &str, norm: &str, tensors: &mut ForeignTensors) -> Result<(), PackageError> {
    let refused = || PackageError::BatchNormalization(norm.to_owned());
    let mut take = |parameter: &str| tensors.remove(&format!("{norm}.{parameter}"));
    let mean = take("running_mean").ok_or_else(refused)?;
    let epsilon = if mean.is_keras() { KERAS_EPSILON } else { PYTORCH_EPSILON };
    let mean = mean.values()?;
    let channels = mean.len();
    let variance = take("running_var").ok_or_else(refused)?.values()?;
    let gamma = take("weight").map_or_else(|| Ok(vec![1.0; channels]), |gamma| gamma.values())?;
    let beta = take("bias").map_or_else(|| Ok(vec![0.0; channels]), |beta| beta.values())?;
    if [variance.len(), gamma.len(), beta.len()] != [channels; 3] || variance.iter().any(|variance| *variance < 0.0) {
        return Err(refused());
    }
    let scale: Vec<f32> = gamma.iter().zip(&variance).map(|(gamma, v)| gamma / (v + epsilon).sqrt()).collect();

    let weight = tensors.get(&format!("{layer}.weight")).ok_or_else(refused)?;
    let (first, last) = (weight.shape.first() == Some(&channels), weight.shape.last() == Some(&channels));
    let mut values = weight.values()?;
    match (first, last, weight.is_keras()) {
        // Outputs last.
        (_, true, true) | (false, true, _) => {
            values.iter_mut().enumerate().for_each(|(at, value)| *value *= scale[at % channels]);
        }
        // Outputs first.
        (true, _, _) if channels > 0 => {
            let each = (values.len() / channels).max(1);
            values
                .chunks_mut(each)
                .zip(&scale)
                .for_each(|(row, scale)| row.iter_mut().for_each(|value| *value *= scale));
        }
        _ => return Err(refused()),
    }
    let weight = ForeignTensor::computed(weight.file_name.clone(), weight.shape.clone(), values);
    // A layer before a batch normalization often has no bias of its own.
    let bias_name = format!("{layer}.bias");
    let bias = tensors.get(&bias_name).map_or_else(|| Ok(vec![0.0; channels]), |bias| bias.values())?;
    if bias.len() != channels {
        return Err(refused());
    }
    let shifted =
        bias.iter().zip(&mean).zip(scale.iter().zip(&beta)).map(|((b, mean), (scale, beta))| (b - mean) * scale + beta);
    let bias = ForeignTensor::computed(bias_name.clone(), vec![channels], shifted.collect());
    tensors.insert(format!("{layer}.weight"), weight);
    tensors.insert(bias_name, bias);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn insert(tensors: &mut ForeignTensors, name: &str, shape: &[usize], values: Vec<f32>) {
        tensors.insert(name.to_owned(), ForeignTensor::computed(name.to_owned(), shape.to_vec(), values));
    }

    /// Layers with a weight each of these shapes, and batch normalizations of these widths.
    fn file(layers: &[(&str, &[usize])], norms: &[(&str, usize)]) -> ForeignTensors<'static> {
        let mut tensors = ForeignTensors::new();
        for (name, shape) in layers {
            insert(&mut tensors, &format!("{name}.weight"), shape, vec![1.0; shape.iter().product()]);
        }
        for (name, width) in norms {
            for (parameter, value) in [("weight", 2.0), ("bias", 1.0), ("running_mean", 3.0), ("running_var", 4.0)] {
                insert(&mut tensors, &format!("{name}.{parameter}"), &[*width], vec![value; *width]);
            }
        }
        tensors
    }

    fn pairs(layers: &[(&str, &[usize])], norms: &[(&str, usize)]) -> Vec<Option<String>> {
        let tensors = file(layers, norms);
        norms.iter().map(|(norm, _)| layer_before(norm, &tensors)).collect()
    }

    #[test]
    fn the_layer_before_is_told_by_the_names() {
        let conv: &[usize] = &[32, 1, 3, 3];
        let dense: &[usize] = &[128, 5408];
        let found = |layers: &[&str]| layers.iter().map(|layer| Some((*layer).to_owned())).collect::<Vec<_>>();
        assert_eq!(pairs(&[("conv1", conv), ("fc1", dense)], &[("bn1", 32), ("bn2", 128)]), found(&["conv1", "fc1"]));
        assert_eq!(pairs(&[("0", conv), ("5", dense)], &[("1", 32), ("6", 128)]), found(&["0", "5"]));
        assert_eq!(pairs(&[("net.a.0", conv), ("net.a.3", conv)], &[("net.a.4", 32)]), found(&["net.a.3"]));
        assert_eq!(pairs(&[("c.0.conv", conv), ("c.1.conv", conv)], &[("c.1.norm", 32)]), found(&["c.1.conv"]));
        // A ReLU between, two of the same width, none of its width.
        assert_eq!(pairs(&[("0", conv), ("5", dense)], &[("2", 32)]), [None]);
        assert_eq!(pairs(&[("conv_a", conv), ("conv_b", conv)], &[("norm", 32)]), [None]);
        assert_eq!(pairs(&[("conv1", conv)], &[("bn0", 1)]), [None]);
    }

    #[test]
    fn a_fold_scales_and_shifts() {
        let mut tensors = file(&[("conv1", &[2, 1, 1, 1])], &[("bn1", 2)]);
        assert_eq!(fold(&mut tensors).unwrap(), ["the batch normalization bn1 was folded into conv1"]);
        assert_eq!(tensors.keys().collect::<Vec<_>>(), ["conv1.bias", "conv1.weight"]);
        // (1·x - 3)·2/2 + 1
        let near = |name: &str, expected: f32| {
            let values = tensors[name].values().unwrap();
            assert!(values.iter().all(|value| (value - expected).abs() < 1e-4), "{values:?}");
        };
        near("conv1.weight", 1.0);
        near("conv1.bias", -2.0);
    }

    #[test]
    fn batch_normalization() {
        let mut tensors = file(&[("0", &[32, 1, 3, 3])], &[("2", 32)]);
        assert_eq!(fold(&mut tensors), Err(PackageError::BatchNormalization("2".into())));
        let mut twice = file(&[("conv1", &[32, 1, 3, 3])], &[("bn1", 32), ("bn2", 32)]);
        assert_eq!(fold(&mut twice), Err(PackageError::BatchNormalization("bn2".into())));
    }
}
