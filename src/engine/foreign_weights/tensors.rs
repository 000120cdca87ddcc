//! The tensors of a foreign file under names that are alike, whichever program wrote them.

use std::collections::BTreeMap;

use half::{bf16, f16};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};

use crate::package::PackageError;

/// Parts of a name that a wrapper around a module adds: `DataParallel`, `torch.compile`, fully sharded training, checkpointing.
const WRAPPERS: [&str; 4] = ["module", "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module"];
/// Tensors that training counts with, which no answer depends on.
const COUNTERS: [&str; 4] = ["num_batches_tracked", "n_averaged", "seed_generator_state", "global_step"];
/// So many parts of a prefix are taken off at most.
const DEEPEST: usize = 8;
/// What Keras calls parameters, and PyTorch's names for them.
const KERAS: [(&str, &str); 5] = [
    ("kernel", "weight"),
    ("gamma", "weight"),
    ("beta", "bias"),
    ("moving_mean", "running_mean"),
    ("moving_variance", "running_var"),
];

/// Tensors by their names in PyTorch's form, without what wrappers add.
pub(super) type ForeignTensors<'a> = BTreeMap<String, ForeignTensor<'a>>;

/// A tensor of a foreign file, or one that was computed of some.
#[derive(Clone)]
pub(super) struct ForeignTensor<'a> {
    /// Its name in the file.
    pub(super) file_name: String,
    pub(super) shape: Vec<usize>,
    values: TensorValues<'a>,
}

#[derive(Clone)]
enum TensorValues<'a> {
    InFile(TensorView<'a>),
    Computed(Vec<f32>),
}

impl ForeignTensor<'_> {
    pub(super) fn computed(file_name: String, shape: Vec<usize>, values: Vec<f32>) -> Self {
        Self { file_name, shape, values: TensorValues::Computed(values) }
    }

    /// Whether its elements are of 16 bits, as our packages hold them.
    pub(super) fn is_half(&self) -> bool {
        matches!(&self.values, TensorValues::InFile(view) if view.dtype() == Dtype::F16)
    }

    /// Whether Keras named it: its weights lie the other way round than PyTorch's.
    pub(super) fn is_keras(&self) -> bool {
        let last = self.file_name.trim_end_matches(":0").rsplit(['.', '/']).next();
        last.is_some_and(|last| KERAS.iter().any(|(theirs, _)| *theirs == last))
    }

    /// Its values, all of them finite.
    pub(super) fn values(&self) -> Result<Vec<f32>, PackageError> {
        let values = match &self.values {
            TensorValues::InFile(view) => read(&self.file_name, view)?,
            TensorValues::Computed(values) => values.clone(),
        };
        match values.iter().all(|value| value.is_finite()) {
            true => Ok(values),
            false => Err(PackageError::NotFinite { name: self.file_name.clone() }),
        }
    }
}

fn read(name: &str, view: &TensorView) -> Result<Vec<f32>, PackageError> {
    let data = view.data();
    Ok(match view.dtype() {
        Dtype::F16 => data.as_chunks::<2>().0.iter().map(|bytes| f16::from_le_bytes(*bytes).to_f32()).collect(),
        Dtype::BF16 => data.as_chunks::<2>().0.iter().map(|bytes| bf16::from_le_bytes(*bytes).to_f32()).collect(),
        Dtype::F32 => data.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect(),
        Dtype::F64 => data.as_chunks::<8>().0.iter().map(|bytes| f64::from_le_bytes(*bytes) as f32).collect(),
        other => return Err(PackageError::ElementType { name: name.to_owned(), element: format!("{other:?}") }),
    })
}

/// The tensors of a file that a model may need.
pub(super) fn tensors<'a>(file: &SafeTensors<'a>) -> ForeignTensors<'a> {
    let needed: Vec<(&str, TensorView<'a>)> =
        file.iter().filter(|(name, _)| !COUNTERS.contains(&name.rsplit(['.', '/']).next().unwrap_or(name))).collect();
    let named = |rename: fn(&str) -> String| -> ForeignTensors<'a> {
        let tensor = |(name, view): &(&str, TensorView<'a>)| {
            let (file_name, shape) = ((*name).to_owned(), view.shape().to_vec());
            (rename(name), ForeignTensor { file_name, shape, values: TensorValues::InFile(view.clone()) })
        };
        needed.iter().map(tensor).collect()
    };
    let unwrapped = named(unwrapped);
    // Two tensors of one name: the wrapper's part of the name is what tells them apart.
    if unwrapped.len() == needed.len() { unwrapped } else { named(str::to_owned) }
}

/// A name without what wrappers add, its parts and its parameter called as PyTorch calls them.
fn unwrapped(name: &str) -> String {
    let parts = name.trim_end_matches(":0").split(['.', '/']);
    let mut parts: Vec<&str> = parts.filter(|part| !WRAPPERS.contains(part)).collect();
    if let Some(last) = parts.last_mut()
        && let Some((_, ours)) = KERAS.iter().find(|(theirs, _)| theirs == last)
    {
        *last = ours;
    }
    if parts.is_empty() { name.to_owned() } else { parts.join(".") }
}

/// The layer of a tensor and its parameter.
pub(super) fn parts(name: &str) -> Option<(&str, &str)> {
    name.rsplit_once('.')
}

/// What all names begin with, part by part, each ending in a dot: none of it, some of it, all of it. A model may lie in another.
pub(super) fn common_prefixes(tensors: &ForeignTensors) -> Vec<String> {
    let mut prefixes = vec![String::new()];
    let Some(first) = tensors.keys().next() else { return prefixes };
    let mut end = 0;
    // Nothing is wrapped deeper, and a name may be as long as the file allows.
    while let Some(length) = first[end..].find('.').filter(|_| prefixes.len() <= DEEPEST) {
        end += length + 1;
        if !tensors.keys().all(|name| name.starts_with(&first[..end])) {
            break;
        }
        prefixes.push(first[..end].to_owned());
    }
    prefixes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrappers_and_keras_names_are_taken_off() {
        for (theirs, ours) in [
            ("module._orig_mod.conv1.weight", "conv1.weight"),
            ("conv1._orig_mod.weight", "conv1.weight"),
            ("sequential/conv2d/kernel", "sequential.conv2d.weight"),
            ("dense_1/kernel:0", "dense_1.weight"),
            ("bn/moving_variance", "bn.running_var"),
            ("weight", "weight"),
            ("module", "module"),
        ] {
            assert_eq!(unwrapped(theirs), ours);
        }
    }

    #[test]
    fn prefixes_are_what_all_names_share() {
        let named = |names: &[&str]| {
            let tensor =
                |name: &&str| ((*name).to_owned(), ForeignTensor::computed((*name).to_owned(), vec![], vec![]));
            common_prefixes(&names.iter().map(tensor).collect())
        };
        assert_eq!(named(&["a.b.conv.weight", "a.b.fc.weight"]), ["", "a.", "a.b."]);
        assert_eq!(named(&["conv.weight", "fc.weight"]), [""]);
        assert_eq!(named(&[]), [""]);
    }
}
