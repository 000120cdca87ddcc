//! Weights without a manifest, as PyTorch writes them: recognizes the model by its tensors' names and converts them to our form.
//!
//! The names are those of our packages, which are those of a `torch.nn.Module` with our fields. A classifier's layers may also be
//! called as PyTorch's examples call them (`conv1`, `fc1`, `fc2`), or be numbered as a `torch.nn.Sequential` numbers them.

use std::collections::{BTreeSet, HashMap};

use burn::{module::Module, tensor::Device};
use half::{bf16, f16};
use safetensors::{Dtype, SafeTensorError, SafeTensors, tensor::TensorView};

use crate::{
    models::with_spec,
    package::{ModelFamily, ModelSpec, PackageError, WeightDType, check_shape, check_size, slots},
};

/// The longest description, in characters.
const LONGEST_DESCRIPTION: usize = 120;

/// A file of weights without a manifest.
pub struct ForeignWeights<'a> {
    file: SafeTensors<'a>,
    metadata: HashMap<String, String>,
}

/// The model that a file's tensors belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForeignModel {
    /// Its family.
    pub family: ModelFamily,
    /// Its place among the family's [known designs](ModelSpec::known_designs).
    pub design: usize,
}

/// How a file names the layers of a classifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TensorNaming {
    /// `convolutions.0.conv`, `dense.0`.
    Ours,
    /// `conv1`, `fc1`.
    Examples,
    /// `0`, `4`, `6`: whatever lies between has no weights.
    Sequential,
}

/// Weights in the form of our packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConvertedWeights {
    /// The file.
    pub weights: Vec<u8>,
    /// What its elements are.
    pub element: WeightDType,
}

impl<'a> ForeignWeights<'a> {
    /// Reads a file's header.
    ///
    /// # Errors
    /// [`PackageError::TooLarge`] and [`PackageError::Safetensors`].
    pub fn read(bytes: &'a [u8]) -> Result<Self, PackageError> {
        check_size(bytes)?;
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| not_safetensors(&error))?;
        let file = SafeTensors::deserialize(bytes).map_err(|error| not_safetensors(&error))?;
        Ok(Self { file, metadata: header.metadata().clone().unwrap_or_default() })
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
        let blank = design.blank(device)?;
        let ours: Vec<String> = slots(&blank).into_iter().map(|slot| slot.name).collect();
        let shared = self.shared(&self.names(&ours));
        Ok((shared > 0 && 2 * shared >= ours.len()).then(|| ours.len() + self.file.len() - 2 * shared))
    }

    /// The names that the file has for tensors of ours, in their order, by the way of naming that it shares most names with.
    fn names(&self, ours: &[String]) -> Vec<String> {
        let ways = [TensorNaming::Ours, TensorNaming::Examples, TensorNaming::Sequential];
        let names = ways.into_iter().filter_map(|naming| naming.names(ours, &self.numbers()));
        // Of equals the last is taken, and our own names are the ones to speak of where nothing fits.
        let best = names.rev().max_by_key(|names| self.shared(names));
        best.unwrap_or_else(|| ours.to_vec())
    }

    fn shared(&self, names: &[String]) -> usize {
        names.iter().filter(|name| self.file.tensor(name).is_ok()).count()
    }

    /// The numbered layers, as in `4.weight`, in order.
    fn numbers(&self) -> Vec<u32> {
        let number = |name: &str| name.split_once('.')?.0.parse().ok();
        let numbers: BTreeSet<u32> = self.file.names().into_iter().filter_map(number).collect();
        numbers.into_iter().collect()
    }

    /// The first few names in the file, for an error message.
    fn first_names(&self) -> String {
        let mut names = self.file.names();
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
        let ours: Vec<String> = slots.iter().map(|slot| slot.name.clone()).collect();
        let names = self.names(&ours);
        let mut views = Vec::with_capacity(slots.len());
        for (slot, name) in slots.iter().zip(&names) {
            let view = self.file.tensor(name).map_err(|_| PackageError::MissingTensor(name.clone()))?;
            check_shape(name, slot.file_shape(), &view)?;
            views.push(view);
        }
        if let Some(other) = self.file.names().into_iter().find(|other| !names.iter().any(|name| name == other)) {
            return Err(PackageError::UnexpectedTensor(other.to_owned()));
        }
        // All other types hold more than f16 does.
        let halves = views.iter().all(|view| view.dtype() == Dtype::F16);
        let (element, dtype) = if halves { (WeightDType::F16, Dtype::F16) } else { (WeightDType::F32, Dtype::F32) };
        let mut tensors = Vec::with_capacity(views.len());
        for ((ours, name), view) in ours.iter().zip(&names).zip(&views) {
            let values = values(name, view)?;
            let bytes = match element {
                WeightDType::F16 => view.data().to_vec(),
                WeightDType::F32 => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            };
            tensors.push((ours.as_str(), view.shape().to_vec(), bytes));
        }
        let views: Result<Vec<_>, _> = tensors
            .iter()
            .map(|(name, shape, bytes)| Ok((*name, TensorView::new(dtype, shape.clone(), bytes)?)))
            .collect();
        let weights = views.and_then(|views| safetensors::serialize(views, None));
        Ok(ConvertedWeights { weights: weights.map_err(|error| not_safetensors(&error))?, element })
    }
}

impl TensorNaming {
    /// What tensors of ours are called this way, given the numbers of the file's layers; nothing where there are not as many of them.
    fn names(self, ours: &[String], numbers: &[u32]) -> Option<Vec<String>> {
        if self == Self::Ours {
            return Some(ours.to_vec());
        }
        let mut layers: Vec<&str> = ours.iter().filter_map(|name| Some(name.rsplit_once('.')?.0)).collect();
        layers.dedup();
        if self == Self::Sequential && layers.len() != numbers.len() {
            return None;
        }
        let called = |name: &String| {
            let (layer, parameter) = name.rsplit_once('.')?;
            let (kind, place) = layer.trim_end_matches(".conv").split_once('.')?;
            let place: usize = place.parse().ok()?;
            Some(match (self, kind) {
                (Self::Sequential, _) => {
                    let at = layers.iter().position(|other| *other == layer)?;
                    format!("{}.{parameter}", numbers.get(at)?)
                }
                (_, "convolutions") => format!("conv{}.{parameter}", place + 1),
                (_, "dense") => format!("fc{}.{parameter}", place + 1),
                _ => return None,
            })
        };
        ours.iter().map(called).collect()
    }
}

/// The finite values of a tensor.
fn values(name: &str, view: &TensorView) -> Result<Vec<f32>, PackageError> {
    let data = view.data();
    let values: Vec<f32> = match view.dtype() {
        Dtype::F16 => data.as_chunks::<2>().0.iter().map(|bytes| f16::from_le_bytes(*bytes).to_f32()).collect(),
        Dtype::BF16 => data.as_chunks::<2>().0.iter().map(|bytes| bf16::from_le_bytes(*bytes).to_f32()).collect(),
        Dtype::F32 => data.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect(),
        Dtype::F64 => data.as_chunks::<8>().0.iter().map(|bytes| f64::from_le_bytes(*bytes) as f32).collect(),
        other => return Err(PackageError::ElementType { name: name.to_owned(), element: format!("{other:?}") }),
    };
    match values.iter().all(|value| value.is_finite()) {
        true => Ok(values),
        false => Err(PackageError::NotFinite { name: name.to_owned() }),
    }
}

fn not_safetensors(error: &SafeTensorError) -> PackageError {
    PackageError::Safetensors(error.to_string())
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;
    use crate::{
        models::digits::{ConvNetConfig, Normalization},
        package::{WeightFile, encode},
    };

    type Tensors = Vec<(String, Vec<usize>, Vec<f32>)>;

    /// The tensors of a seed CNN, in the order of its layers.
    fn tensors() -> Tensors {
        let network = ConvNetConfig::seed_cnn().init(Normalization::None, &Device::flex()).unwrap();
        let bytes = pollster::block_on(encode(&network, WeightDType::F32)).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let names = slots(&network).into_iter().map(|slot| slot.name);
        let tensor = |name: String| {
            let view = file.tensor(&name).unwrap();
            (name.clone(), view.shape().to_vec(), values(&name, &view).unwrap())
        };
        names.map(tensor).collect()
    }

    fn renamed(names: [&str; 6]) -> Tensors {
        called(tensors(), names)
    }

    fn called(tensors: Tensors, names: [&str; 6]) -> Tensors {
        tensors.into_iter().zip(names).map(|((_, shape, values), name)| (name.to_owned(), shape, values)).collect()
    }

    fn file(tensors: &Tensors, dtype: Dtype, metadata: &[(&str, &str)]) -> Vec<u8> {
        let bytes: Vec<Vec<u8>> = tensors
            .iter()
            .map(|(_, _, values)| match dtype {
                Dtype::F16 => values.iter().flat_map(|value| f16::from_f32(*value).to_le_bytes()).collect(),
                Dtype::BF16 => values.iter().flat_map(|value| bf16::from_f32(*value).to_le_bytes()).collect(),
                Dtype::F64 => values.iter().flat_map(|value| f64::from(*value).to_le_bytes()).collect(),
                _ => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            })
            .collect();
        let views = tensors
            .iter()
            .zip(&bytes)
            .map(|((name, shape, _), bytes)| (name.as_str(), TensorView::new(dtype, shape.clone(), bytes).unwrap()));
        let metadata = metadata.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        safetensors::serialize(views, Some(metadata)).unwrap()
    }

    fn adopted(bytes: &[u8]) -> Result<ConvertedWeights, PackageError> {
        let device = Device::flex();
        let bare = ForeignWeights::read(bytes)?;
        match bare.kind(&device)? {
            ForeignModel { family: ModelFamily::Digits, design } => {
                bare.convert(&ConvNetConfig::known_designs()[design].blank(&device)?)
            }
            other => panic!("taken for {other:?}"),
        }
    }

    const SEQUENTIAL: [&str; 6] = ["0.weight", "0.bias", "4.weight", "4.bias", "6.weight", "6.bias"];
    const EXAMPLES: [&str; 6] = ["conv1.weight", "conv1.bias", "fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"];

    #[test]
    fn each_way_of_naming_is_the_same_network() {
        let tensors = tensors();
        let ours = adopted(&file(&tensors, Dtype::F32, &[])).unwrap();
        assert_eq!(ours.element, WeightDType::F32);
        let dropout = ["0.weight", "0.bias", "5.weight", "5.bias", "10.weight", "10.bias"];
        for names in [SEQUENTIAL, EXAMPLES, dropout] {
            let theirs = adopted(&file(&called(tensors.clone(), names), Dtype::F32, &[])).unwrap();
            assert!(theirs == ours, "{names:?}");
        }
        let blank = ConvNetConfig::seed_cnn().init(Normalization::None, &Device::flex()).unwrap();
        assert!(WeightFile::decode(&ours.weights, &blank).is_ok());
    }

    #[test]
    fn each_element_type_is_cast() {
        let tensors = tensors();
        let exact = adopted(&file(&tensors, Dtype::F32, &[])).unwrap();
        assert!(adopted(&file(&tensors, Dtype::F64, &[])).unwrap() == exact);
        assert_eq!(adopted(&file(&tensors, Dtype::BF16, &[])).unwrap().element, WeightDType::F32);
        assert_eq!(adopted(&file(&tensors, Dtype::F16, &[])).unwrap().element, WeightDType::F16);
    }

    #[test]
    fn all_kinds_are_recognized_by_name() {
        let device = Device::flex();
        for (task, name, kind) in [
            ("digits", "seed-cnn", ForeignModel { family: ModelFamily::Digits, design: 0 }),
            ("digits", "digits", ForeignModel { family: ModelFamily::Digits, design: 1 }),
            ("seq2seq", "seed-seq2seq", ForeignModel { family: ModelFamily::Seq2Seq, design: 0 }),
            ("summary", "summary", ForeignModel { family: ModelFamily::Summarizer, design: 0 }),
        ] {
            let path = format!("{}/models/{task}/{name}/weights.safetensors", env!("CARGO_MANIFEST_DIR"));
            let bytes = std::fs::read(path).unwrap();
            assert_eq!(ForeignWeights::read(&bytes).unwrap().kind(&device), Ok(kind));
        }
    }

    #[test]
    fn unrecognized() {
        let mut others = tensors();
        others.iter_mut().enumerate().for_each(|(at, tensor)| tensor.0 = format!("blocks.{at}.attention.weight"));
        let error = adopted(&file(&others, Dtype::F32, &[])).unwrap_err();
        let names = "blocks.0.attention.weight, blocks.1.attention.weight, blocks.2.attention.weight, …";
        assert_eq!(error, PackageError::Unrecognized(names.into()));
        let empty = [&2u64.to_le_bytes()[..], b"{}"].concat();
        assert_eq!(adopted(&empty), Err(PackageError::Unrecognized("no tensor".into())));
    }

    #[test]
    fn missing_tensor() {
        for names in [EXAMPLES, SEQUENTIAL] {
            let mut tensors = renamed(names);
            tensors.remove(1);
            assert_eq!(adopted(&file(&tensors, Dtype::F32, &[])), Err(PackageError::MissingTensor(names[1].into())));
        }
    }

    #[test]
    fn unexpected_tensor() {
        let mut tensors = renamed(EXAMPLES);
        tensors.push(("conv2.weight".into(), vec![1], vec![0.0]));
        let expected = PackageError::UnexpectedTensor("conv2.weight".into());
        assert_eq!(adopted(&file(&tensors, Dtype::F32, &[])), Err(expected));
    }

    #[test]
    fn shape() {
        // As Keras and Burn have it: `[in, out]`.
        let mut tensors = renamed(EXAMPLES);
        tensors[2].1.reverse();
        let expected =
            PackageError::Shape { name: "fc1.weight".into(), expected: vec![128, 5408], actual: vec![5408, 128] };
        assert_eq!(adopted(&file(&tensors, Dtype::F32, &[])), Err(expected));
    }

    #[test]
    fn element_type() {
        let bytes = file(&renamed(EXAMPLES), Dtype::I32, &[]);
        assert!(matches!(adopted(&bytes), Err(PackageError::ElementType { element, .. }) if element == "I32"));
    }

    #[test]
    fn not_finite() {
        let mut tensors = renamed(SEQUENTIAL);
        tensors[3].2[0] = f32::NAN;
        let expected = PackageError::NotFinite { name: "4.bias".into() };
        assert_eq!(adopted(&file(&tensors, Dtype::F32, &[])), Err(expected));
    }

    #[test]
    fn safetensors() {
        let bytes = file(&tensors(), Dtype::F32, &[]);
        assert!(matches!(adopted(&bytes[..bytes.len() - 1]), Err(PackageError::Safetensors(_))));
        assert!(matches!(adopted(b"PK\x03\x04 a pickle of PyTorch"), Err(PackageError::Safetensors(_))));
    }

    #[test]
    fn too_large() {
        assert!(matches!(adopted(&vec![0; 66 << 20]), Err(PackageError::TooLarge { .. })));
    }

    #[test]
    fn its_description_is_one_line() {
        let described = |metadata: &[(&str, &str)]| {
            let bytes = file(&tensors(), Dtype::F32, metadata);
            ForeignWeights::read(&bytes).unwrap().description()
        };
        assert_eq!(described(&[("format", "pt")]), None);
        assert_eq!(described(&[("title", "From\n  my\u{7} GPU ")]).as_deref(), Some("From my GPU"));
        assert_eq!(described(&[("name", "a"), ("description", &"b".repeat(500))]).map(|line| line.len()), Some(120));
        assert_eq!(described(&[("title", " \n")]), None);
    }
}
