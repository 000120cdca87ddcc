//! How files name the layers of a classifier.

use std::collections::BTreeSet;

use super::{
    layout::fits,
    tensors::{ForeignTensors, common_prefixes, parts},
};
use crate::package::TensorSlot;

/// How a file names the layers of a classifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TensorNaming {
    /// `convolutions.0.conv`, `dense.0`: the names of our packages, whatever the model.
    Ours,
    /// `conv1`, `fc1`.
    Examples,
    /// `0`, `4`, `6`: whatever lies between has no weights.
    Sequential,
    /// Any names, where the shapes alone say which layer is which.
    ByShape,
}

/// The names that a file has for tensors of ours, in their order, by the way of naming that it shares most names with.
pub(super) fn names(slots: &[TensorSlot], tensors: &ForeignTensors) -> Vec<String> {
    let ways = [TensorNaming::Ours, TensorNaming::Examples, TensorNaming::Sequential, TensorNaming::ByShape];
    let mut best: Vec<String> = slots.iter().map(|slot| slot.name.clone()).collect();
    let mut most = shared(&best, tensors);
    for prefix in common_prefixes(tensors) {
        for names in ways.into_iter().filter_map(|way| way.names(slots, tensors, &prefix)) {
            // Of equals the first is taken: our own names are the ones to speak of where nothing fits.
            if shared(&names, tensors) > most {
                (most, best) = (shared(&names, tensors), names);
            }
        }
    }
    best
}

/// How many of some names a file has.
pub(super) fn shared(names: &[String], tensors: &ForeignTensors) -> usize {
    names.iter().filter(|name| tensors.contains_key(*name)).count()
}

/// The numbered layers behind a prefix, as in `4.weight`, in order.
fn numbers(tensors: &ForeignTensors, prefix: &str) -> Vec<u32> {
    let number = |name: &String| name.strip_prefix(prefix)?.split_once('.')?.0.parse().ok();
    let numbers: BTreeSet<u32> = tensors.keys().filter_map(number).collect();
    numbers.into_iter().collect()
}

impl TensorNaming {
    /// What tensors of ours are called this way behind a prefix; nothing where the file has not as many layers.
    fn names(self, slots: &[TensorSlot], tensors: &ForeignTensors, prefix: &str) -> Option<Vec<String>> {
        match self {
            Self::Ours => return Some(slots.iter().map(|slot| format!("{prefix}{}", slot.name)).collect()),
            Self::ByShape => return by_shape(slots, tensors),
            Self::Examples | Self::Sequential => {}
        }
        let mut layers: Vec<&str> = slots.iter().filter_map(|slot| Some(parts(&slot.name)?.0)).collect();
        layers.dedup();
        let numbers = numbers(tensors, prefix);
        if self == Self::Sequential && layers.len() != numbers.len() {
            return None;
        }
        let called = |slot: &TensorSlot| {
            let (layer, parameter) = parts(&slot.name)?;
            let (kind, place) = layer.trim_end_matches(".conv").split_once('.')?;
            let place: usize = place.parse().ok()?;
            Some(match (self, kind) {
                (Self::Sequential, _) => {
                    let at = layers.iter().position(|other| *other == layer)?;
                    format!("{prefix}{}.{parameter}", numbers.get(at)?)
                }
                (_, "convolutions") => format!("{prefix}conv{}.{parameter}", place + 1),
                (_, "dense") => format!("{prefix}fc{}.{parameter}", place + 1),
                _ => return None,
            })
        };
        slots.iter().map(called).collect()
    }
}

/// The layers whose weights alone have the shapes of ours, if each of ours has exactly one and no layer is two of ours.
fn by_shape(slots: &[TensorSlot], tensors: &ForeignTensors) -> Option<Vec<String>> {
    let mut taken = BTreeSet::new();
    let mut layer_of = Vec::new();
    for slot in slots {
        let (ours, parameter) = parts(&slot.name)?;
        if parameter != "weight" {
            continue;
        }
        let fitting = tensors.iter().filter(|(name, tensor)| name.ends_with(".weight") && fits(slot, &tensor.shape));
        let [(theirs, _)] = fitting.collect::<Vec<_>>()[..] else { return None };
        let theirs = parts(theirs)?.0;
        if !taken.insert(theirs) {
            return None;
        }
        layer_of.push((ours, theirs));
    }
    let called = |slot: &TensorSlot| {
        let (ours, parameter) = parts(&slot.name)?;
        let (_, theirs) = layer_of.iter().find(|(layer, _)| *layer == ours)?;
        let name = format!("{theirs}.{parameter}");
        tensors.contains_key(&name).then_some(name)
    };
    slots.iter().map(called).collect()
}
