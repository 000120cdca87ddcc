//! Recognizes the model of foreign weights and converts them to our form.
//!
//! The names are those of our packages, which are those of a `torch.nn.Module` with our fields. A classifier's layers may also be
//! called as PyTorch's examples call them (`conv1`, `fc1`, `fc2`), be numbered as a `torch.nn.Sequential` numbers them, or have any
//! names where their shapes tell which is which. What a wrapper adds to all names does not count.

use std::collections::HashMap;

use burn::{module::Module, tensor::Device};
use half::f16;
use safetensors::{Dtype, SafeTensorError, SafeTensors, tensor::TensorView};

use super::{
    batch_norm,
    layout::{TensorOrder, orders, straightened},
    naming::{names, shared},
    tensors::{ForeignTensor, ForeignTensors, tensors},
};
use crate::{
    models::{digits, with_spec},
    package::{ModelFamily, ModelSpec, PackageError, WeightDType, check_kind_and_size, slots},
};

/// The longest description, in characters.
const LONGEST_DESCRIPTION: usize = 120;
/// The first dense layer of a classifier, in our packages.
const FIRST_DENSE: &str = "dense.0.weight";

/// A file of weights without a manifest.
pub struct ForeignWeights<'a> {
    tensors: ForeignTensors<'a>,
    metadata: HashMap<String, String>,
    /// What was changed in the tensors, a line each.
    notes: Vec<String>,
}

/// The model that a file's tensors belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForeignModel {
    /// Its family.
    pub family: ModelFamily,
    /// Its place among the family's [known designs](ModelSpec::known_designs).
    pub design: usize,
}

/// Weights in the form of our packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConvertedWeights {
    /// The file.
    pub weights: Vec<u8>,
    /// What its elements are.
    pub element: WeightDType,
    /// What was changed to make it, a line each.
    pub notes: Vec<String>,
}

impl<'a> ForeignWeights<'a> {
    /// Reads a file's header, and folds batch normalizations into the layers before them.
    ///
    /// # Errors
    /// [`PackageError::OtherFile`], [`PackageError::TooLarge`], [`PackageError::Safetensors`] and what is wrong with a batch
    /// normalization.
    pub fn read(bytes: &'a [u8]) -> Result<Self, PackageError> {
        check_kind_and_size(bytes)?;
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| not_safetensors(&error))?;
        let file = SafeTensors::deserialize(bytes).map_err(|error| not_safetensors(&error))?;
        let mut tensors = tensors(&file);
        let notes = batch_norm::fold(&mut tensors)?;
        Ok(Self { tensors, metadata: header.metadata().clone().unwrap_or_default(), notes })
    }

    /// What the file's writer said of it, on one line: its metadata's `description`, `title` or `name`.
    pub fn description(&self) -> Option<String> {
        let said = ["description", "title", "name"].iter().find_map(|key| self.metadata.get(*key))?;
        let words = said.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
        let line: String = words.collect::<Vec<_>>().join(" ").chars().take(LONGEST_DESCRIPTION).collect();
        (!line.is_empty()).then_some(line)
    }

    /// Whose tensors these are: of the models whose tensors' names are half there at least, the one with fewest missing and fewest
    /// others. What is wrong with them is for [`adopt`](Self::adopt) to say.
    ///
    /// # Errors
    /// [`PackageError::Unrecognized`].
    pub fn kind(&self, device: &Device) -> Result<ForeignModel, PackageError> {
        let mut nearest = Vec::new();
        for family in ModelFamily::ALL {
            let distances: Vec<_> = with_spec!(family, Spec => {
                Spec::known_designs().iter().map(|design| self.distance(design, device)).collect()
            });
            for (design, distance) in distances.into_iter().enumerate() {
                nearest.extend(distance?.map(|distance| (distance, ForeignModel { family, design })));
            }
        }
        match nearest.into_iter().min_by_key(|(distance, _)| *distance) {
            Some((_, kind)) => Ok(kind),
            None => Err(PackageError::Unrecognized(self.first_names())),
        }
    }

    /// How many names a model has that the file has not, or the other way round; none if not half of the model's are there.
    fn distance<D: ModelSpec>(&self, design: &D, device: &Device) -> Result<Option<usize>, PackageError> {
        let ours = slots(&design.blank(device)?);
        let shared = shared(&names(&ours, &self.tensors), &self.tensors);
        Ok((shared > 0 && 2 * shared >= ours.len()).then(|| ours.len() + self.tensors.len() - 2 * shared))
    }

    /// The first few names in the file, for an error message.
    fn first_names(&self) -> String {
        let mut names: Vec<&str> = self.tensors.values().map(|tensor| tensor.file_name.as_str()).collect();
        names.sort_unstable();
        let short = |name: &&str| name.chars().take(40).collect::<String>();
        let shown: Vec<String> = names.iter().take(3).map(short).collect();
        match (shown.is_empty(), names.len() > shown.len()) {
            (true, _) => "no tensor".to_owned(),
            (_, true) => format!("{}, …", shown.join(", ")),
            (_, false) => shown.join(", "),
        }
    }

    /// The weights as a package of networks like `blank` holds them: our names and no others, the network's shapes, all values finite
    /// when they have been cast.
    ///
    /// # Errors
    /// [`PackageError`], with the file's own names.
    pub fn convert<M: Module>(&self, blank: &M) -> Result<ConvertedWeights, PackageError> {
        let slots = slots(blank);
        let names = names(&slots, &self.tensors);
        let tensor = |name: &String| self.tensors.get(name).ok_or_else(|| PackageError::MissingTensor(name.clone()));
        let tensors: Vec<&ForeignTensor> = names.iter().map(tensor).collect::<Result<_, _>>()?;
        if let Some((_, other)) = self.tensors.iter().find(|(other, _)| !names.contains(other)) {
            return Err(PackageError::UnexpectedTensor(other.file_name.clone()));
        }
        let orders = orders(&slots, &tensors)?;
        // All other types hold more than f16 does.
        let halves = tensors.iter().all(|tensor| tensor.is_half());
        let (element, dtype) = if halves { (WeightDType::F16, Dtype::F16) } else { (WeightDType::F32, Dtype::F32) };
        let mut notes = self.notes.clone();
        let mut written = Vec::with_capacity(tensors.len());
        for ((slot, tensor), order) in slots.iter().zip(&tensors).zip(orders) {
            if order == TensorOrder::Turned {
                notes.push(format!("{} was stored the other way around and was transposed", tensor.file_name));
            }
            let values = straightened(order, &tensor.shape, tensor.values()?);
            let bytes: Vec<u8> = if halves {
                values.iter().flat_map(|value| f16::from_f32(*value).to_le_bytes()).collect()
            } else {
                values.iter().flat_map(|value| value.to_le_bytes()).collect()
            };
            written.push((slot.name.as_str(), slot.file_shape(), bytes));
        }
        let views: Result<Vec<_>, _> = written
            .iter()
            .map(|(name, shape, bytes)| Ok((*name, TensorView::new(dtype, shape.clone(), bytes)?)))
            .collect();
        let weights = views.and_then(|views| safetensors::serialize(views, None));
        Ok(ConvertedWeights { weights: weights.map_err(|error| not_safetensors(&error))?, element, notes })
    }
}

impl ConvertedWeights {
    /// The same weights for a classifier whose first dense layer reads the features of the convolutions in Keras's order, `[height,
    /// width, channels]`, which no shape tells from PyTorch's.
    ///
    /// # Errors
    /// If the weights are not those of a classifier of this architecture.
    pub fn from_channels_last(&self, architecture: &digits::ConvNetConfig) -> Result<Self, PackageError> {
        let lacks = || PackageError::MissingTensor(FIRST_DENSE.to_owned());
        let channels = architecture.convolutions.last().map(|conv| conv.channels).ok_or_else(lacks)?;
        let file = SafeTensors::deserialize(&self.weights).map_err(|error| not_safetensors(&error))?;
        let first = file.tensor(FIRST_DENSE).map_err(|_| lacks())?;
        let [out, features] = first.shape()[..] else { return Err(lacks()) };
        let (size, area) = (first.data().len() / (out * features).max(1), features / channels);
        let mut bytes = Vec::with_capacity(first.data().len());
        for row in first.data().chunks_exact((features * size).max(1)) {
            for (channel, place) in (0..channels).flat_map(|channel| (0..area).map(move |place| (channel, place))) {
                let at = (place * channels + channel) * size;
                bytes.extend_from_slice(&row[at..at + size]);
            }
        }
        let turned = TensorView::new(first.dtype(), first.shape().to_vec(), &bytes);
        let turned = turned.map_err(|error| not_safetensors(&error))?;
        let tensors = file.iter().map(|(name, view)| (name, if name == FIRST_DENSE { turned.clone() } else { view }));
        let weights = safetensors::serialize(tensors, None).map_err(|error| not_safetensors(&error))?;
        let mut notes = self.notes.clone();
        notes.push("the first dense layer expects height, width, channels, as in Keras, and was reordered".to_owned());
        Ok(Self { weights, element: self.element, notes })
    }
}

fn not_safetensors(error: &SafeTensorError) -> PackageError {
    PackageError::Safetensors(error.to_string())
}

#[cfg(all(test, feature = "cli"))]
mod tests;
