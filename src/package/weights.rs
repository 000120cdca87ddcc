//! Weights as safetensors, with PyTorch's names and layouts, so that Python can read and write them.

use std::collections::HashMap;

use burn::{
    module::{Module, ModuleMapper, ModuleVisitor, Param},
    tensor::{Device, ExecutionError, Tensor, TensorData, Transaction},
};
use half::f16;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};

use super::{PackageError, WeightDType};

/// Whether Burn's layout of a tensor is PyTorch's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TensorLayout {
    Same,
    /// Burn's `Linear` holds `[in, out]`, PyTorch's `[out, in]`.
    Transposed,
}

/// A tensor of a network, by its name in the file.
#[derive(Clone, Debug)]
pub(crate) struct TensorSlot {
    pub(crate) name: String,
    /// In Burn's layout.
    shape: Vec<usize>,
    layout: TensorLayout,
}

impl TensorSlot {
    /// Whether it is the weight of a dense layer, which some programs hold the other way round.
    pub(crate) fn is_dense(&self) -> bool {
        self.layout == TensorLayout::Transposed
    }

    /// In PyTorch's layout.
    pub(crate) fn file_shape(&self) -> Vec<usize> {
        let mut shape = self.shape.clone();
        if self.layout == TensorLayout::Transposed {
            shape.reverse();
        }
        shape
    }
}

/// The path to a parameter while a module is visited: its name in the file is the path's parts, joined by dots.
#[derive(Default)]
struct ParameterPath {
    parts: Vec<String>,
    containers: Vec<String>,
}

impl ParameterPath {
    fn enter(&mut self, name: &str, container: &str) {
        self.parts.push(name.to_owned());
        self.containers.push(container.to_owned());
    }

    fn exit(&mut self) {
        self.parts.pop();
        self.containers.pop();
    }

    fn slot(&self, shape: Vec<usize>) -> TensorSlot {
        let linear = self.containers.last().is_some_and(|container| container == "Struct:Linear");
        let layout = if linear && shape.len() == 2 { TensorLayout::Transposed } else { TensorLayout::Same };
        TensorSlot { name: self.name(), shape, layout }
    }

    /// The parameter's name in the file. Of a recurrent layer's, PyTorch's name says layer and direction
    /// (`weight_ih_l0_reverse`), where ours is a path (`reverse.weight_ih`).
    fn name(&self) -> String {
        let [above @ .., direction, parameter] = self.parts.as_slice() else { return self.parts.join(".") };
        let gates = self.containers.last().is_some_and(|container| container == "Struct:Gates");
        if !gates {
            return self.parts.join(".");
        }
        let suffix = if direction == "reverse" { "_l0_reverse" } else { "_l0" };
        let parameter = format!("{parameter}{suffix}");
        above.iter().chain([&parameter]).map(String::as_str).collect::<Vec<_>>().join(".")
    }
}

/// The weights of a network in host memory, checked against its configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightFile {
    /// In Burn's layout.
    values: HashMap<String, Vec<f32>>,
}

impl WeightFile {
    /// Reads safetensors for a network like `blank`, whose own values are not looked at. No value is read before all names and shapes
    /// are found right.
    ///
    /// # Errors
    /// [`PackageError`]: not safetensors, tensors too many or too few, of other shapes or types, or with values that are not
    /// finite.
    pub fn decode<M: Module>(bytes: &[u8], blank: &M) -> Result<Self, PackageError> {
        let file = open(bytes)?;
        let values = views(&file, blank)?.into_iter().map(|(slot, view)| {
            let scale = file.tensor(&scale_name(&slot.name)).ok();
            let values = read(&slot, &view, scale.as_ref())?;
            Ok((slot.name, values))
        });
        Ok(Self { values: values.collect::<Result<_, PackageError>>()? })
    }

    /// Whether safetensors have the names and shapes of a network like `blank`: no value is looked at.
    ///
    /// # Errors
    /// As [`decode`](Self::decode).
    pub fn check_shapes<M: Module>(bytes: &[u8], blank: &M) -> Result<(), PackageError> {
        views(&open(bytes)?, blank).map(|_| ())
    }

    /// Loads the weights into a network of the same shape, on its device.
    pub fn load<M: Module>(&self, blank: M, device: &Device) -> M {
        blank.map(&mut WeightLoader { path: ParameterPath::default(), weights: self, device })
    }
}

fn open(bytes: &[u8]) -> Result<SafeTensors<'_>, PackageError> {
    SafeTensors::deserialize(bytes).map_err(|error| PackageError::Safetensors(error.to_string()))
}

/// A file's tensors for a network, by their names and shapes alone.
fn views<'a, M: Module>(file: &SafeTensors<'a>, blank: &M) -> Result<Vec<(TensorSlot, TensorView<'a>)>, PackageError> {
    let mut views = Vec::new();
    for slot in slots(blank) {
        let view = file.tensor(&slot.name).map_err(|_| PackageError::MissingTensor(slot.name.clone()))?;
        check_shape(&slot.name, slot.file_shape(), &view)?;
        views.push((slot, view));
    }
    let belongs = |name: &str, slot: &TensorSlot, view: &TensorView| {
        slot.name == name || view.dtype() == Dtype::I8 && scale_name(&slot.name) == name
    };
    match file.names().into_iter().find(|name| !views.iter().any(|(slot, view)| belongs(name, slot, view))) {
        Some(name) => Err(PackageError::UnexpectedTensor(name.to_owned())),
        None => Ok(views),
    }
}

/// The tensors of a network.
pub(crate) fn slots<M: Module>(network: &M) -> Vec<TensorSlot> {
    let mut slots = SlotCollector::default();
    network.visit(&mut slots);
    slots.found
}

/// Checks the shape of a tensor in a file.
fn check_shape(name: &str, expected: Vec<usize>, view: &TensorView) -> Result<(), PackageError> {
    if view.shape() == expected {
        return Ok(());
    }
    Err(PackageError::Shape { name: name.to_owned(), expected, actual: view.shape().to_vec() })
}

/// The tensor that holds the scales of the rows of another one.
fn scale_name(tensor: &str) -> String {
    format!("{tensor}.scale")
}

/// The largest number that a weight of 8 bits has; −128 is not used, so that signs are alike.
const LARGEST_I8: f32 = 127.0;

/// Reads one tensor into Burn's layout; `scale` is the one that belongs to it, if there is one.
fn read(slot: &TensorSlot, view: &TensorView, scale: Option<&TensorView>) -> Result<Vec<f32>, PackageError> {
    let values: Vec<f32> = match view.dtype() {
        Dtype::F16 | Dtype::F32 => floats(view),
        Dtype::I8 => {
            let rows = slot.file_shape().first().copied().unwrap_or(0);
            let name = scale_name(&slot.name);
            let scale = scale.ok_or_else(|| PackageError::MissingTensor(name.clone()))?;
            check_shape(&name, vec![rows], scale)?;
            if !matches!(scale.dtype(), Dtype::F16 | Dtype::F32) {
                return Err(PackageError::ElementType { name, element: format!("{:?}", scale.dtype()) });
            }
            let columns = view.data().len() / rows.max(1);
            let numbers = view.data().chunks_exact(columns.max(1)).zip(floats(scale));
            numbers.flat_map(|(row, scale)| row.iter().map(move |byte| f32::from(byte.cast_signed()) * scale)).collect()
        }
        other => return Err(PackageError::ElementType { name: slot.name.clone(), element: format!("{other:?}") }),
    };
    if values.iter().any(|value| !value.is_finite()) {
        return Err(PackageError::NotFinite { name: slot.name.clone() });
    }
    Ok(match slot.layout {
        TensorLayout::Same => values,
        // In the file it lies the other way round.
        TensorLayout::Transposed => transpose(&values, slot.shape[1], slot.shape[0]),
    })
}

/// The numbers of a tensor of half or single precision.
fn floats(view: &TensorView) -> Vec<f32> {
    match view.dtype() {
        Dtype::F16 => view.data().as_chunks::<2>().0.iter().map(|bytes| f16::from_le_bytes(*bytes).to_f32()).collect(),
        _ => view.data().as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect(),
    }
}

/// Rows of a tensor as whole numbers of 8 bits and a scale each, in half precision.
fn quantized(values: &[f32], rows: usize) -> (Vec<u8>, Vec<u8>) {
    let (mut numbers, mut scales) = (Vec::with_capacity(values.len()), Vec::with_capacity(2 * rows));
    for row in values.chunks((values.len() / rows.max(1)).max(1)) {
        let largest = row.iter().fold(0f32, |largest, value| largest.max(value.abs()));
        // The scale is rounded to half precision: half a step is room for that, so that what was read is written again as it was.
        let scale = f16::from_f32(largest / LARGEST_I8);
        scales.extend(scale.to_le_bytes());
        let by = if scale.to_f32() > 0.0 { 1.0 / scale.to_f32() } else { 0.0 };
        let number = |value: &f32| (value * by).round().clamp(-LARGEST_I8, LARGEST_I8) as i8;
        numbers.extend(row.iter().map(|value| number(value).cast_unsigned()));
    }
    (numbers, scales)
}

fn transpose(values: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    (0..columns).flat_map(|column| (0..rows).map(move |row| values[row * columns + column])).collect()
}

#[derive(Default)]
struct SlotCollector {
    path: ParameterPath,
    found: Vec<TensorSlot>,
}

impl ModuleVisitor for SlotCollector {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.path.enter(name, container);
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.exit();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.found.push(self.path.slot(param.lazy_shape().to_vec()));
    }
}

struct WeightLoader<'a> {
    path: ParameterPath,
    weights: &'a WeightFile,
    device: &'a Device,
}

impl ModuleMapper for WeightLoader<'_> {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.path.enter(name, container);
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.exit();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let shape = param.lazy_shape();
        // `decode` saw to it that every tensor is there; a network of another kind keeps what it has.
        let Some(values) = self.weights.values.get(&self.path.name()) else { return param };
        let tensor = Tensor::from_data(TensorData::new(values.clone(), shape), self.device);
        // What trains goes on training; a fresh tensor would be a constant.
        Param::initialized(param.id, if self.device.is_autodiff() { tensor.require_grad() } else { tensor })
    }
}

struct WeightReader {
    path: ParameterPath,
    slots: Vec<TensorSlot>,
    transaction: Option<Transaction>,
}

impl ModuleVisitor for WeightReader {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.path.enter(name, container);
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.exit();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.slots.push(self.path.slot(param.lazy_shape().to_vec()));
        self.transaction = self.transaction.take().map(|transaction| transaction.register(param.val()));
    }
}

/// Why weights could not be written.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// The device failed while they were read.
    #[error("the device failed: {0:?}")]
    Device(ExecutionError),
    /// The file could not be put together.
    #[error("the file could not be put together: {0}")]
    Safetensors(String),
}

/// Writes a network's weights as safetensors; all tensors are read from the device at once.
///
/// # Errors
/// [`EncodeError`].
pub async fn encode<M: Module>(network: &M, element: WeightDType) -> Result<Vec<u8>, EncodeError> {
    let mut read =
        WeightReader { path: ParameterPath::default(), slots: Vec::new(), transaction: Some(Transaction::default()) };
    network.visit(&mut read);
    let Some(transaction) = read.transaction else { return Err(EncodeError::Safetensors("no tensors".into())) };
    let data = transaction.execute_async().await.map_err(EncodeError::Device)?;
    let mut tensors: Vec<(String, Dtype, Vec<usize>, Vec<u8>)> = Vec::with_capacity(read.slots.len());
    for (slot, data) in read.slots.iter().zip(data) {
        let values: Vec<f32> = data.iter::<f32>().collect();
        let values = match slot.layout {
            TensorLayout::Same => values,
            TensorLayout::Transposed => transpose(&values, slot.shape[0], slot.shape[1]),
        };
        let (name, shape) = (slot.name.clone(), slot.file_shape());
        let halves = |values: &[f32]| values.iter().flat_map(|value| f16::from_f32(*value).to_le_bytes()).collect();
        match element {
            WeightDType::I8 if shape.len() > 1 => {
                let (numbers, scales) = quantized(&values, shape[0]);
                tensors.push((scale_name(&name), Dtype::F16, vec![shape[0]], scales));
                tensors.push((name, Dtype::I8, shape, numbers));
            }
            WeightDType::F16 | WeightDType::I8 => tensors.push((name, Dtype::F16, shape, halves(&values))),
            WeightDType::F32 => {
                tensors.push((name, Dtype::F32, shape, values.iter().flat_map(|value| value.to_le_bytes()).collect()));
            }
        }
    }
    let views: Result<Vec<_>, _> = tensors
        .iter()
        .map(|(name, dtype, shape, bytes)| Ok((name.as_str(), TensorView::new(*dtype, shape.clone(), bytes)?)))
        .collect();
    views
        .and_then(|views| safetensors::serialize(views, None))
        .map_err(|error: safetensors::SafeTensorError| EncodeError::Safetensors(error.to_string()))
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;
    use crate::models::digits::{ConvNet, ConvNetConfig, Normalization};

    fn network() -> ConvNet {
        ConvNetConfig::digits().init(Normalization::None, &Device::flex()).unwrap()
    }

    fn bytes() -> Vec<u8> {
        pollster::block_on(encode(&network(), WeightDType::F32)).unwrap()
    }

    /// The file again, its tensors changed.
    fn changed(change: impl Fn(&mut Vec<(String, Vec<usize>, Vec<u8>, Dtype)>)) -> Vec<u8> {
        let bytes = bytes();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let mut tensors: Vec<_> = file
            .iter()
            .map(|(name, view)| (name.to_owned(), view.shape().to_vec(), view.data().to_vec(), view.dtype()))
            .collect();
        tensors.sort();
        change(&mut tensors);
        let views: Vec<_> =
            tensors.iter().map(|(n, s, b, d)| (n.as_str(), TensorView::new(*d, s.clone(), b).unwrap())).collect();
        safetensors::serialize(views, None).unwrap()
    }

    #[test]
    fn weights_come_back_as_they_went() {
        let device = Device::flex();
        let network = network();
        let bytes = pollster::block_on(encode(&network, WeightDType::F32)).unwrap();
        let weights = WeightFile::decode(&bytes, &network).unwrap();
        let again = weights.load(ConvNetConfig::digits().init(Normalization::None, &device).unwrap(), &device);
        assert_eq!(pollster::block_on(encode(&again, WeightDType::F32)).unwrap(), bytes);
    }

    #[test]
    fn whole_numbers_are_near_what_they_stand_for() {
        let (device, network) = (Device::flex(), network());
        let bytes = pollster::block_on(encode(&network, WeightDType::I8)).unwrap();
        let values = |bytes: &[u8]| WeightFile::decode(bytes, &network).unwrap().values;
        let exact = values(&pollster::block_on(encode(&network, WeightDType::F32)).unwrap());
        let near = values(&bytes);
        for (name, exact) in &exact {
            let largest = exact.iter().fold(0f32, |largest, value| largest.max(value.abs()));
            let apart = exact.iter().zip(&near[name]).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(apart <= largest / 250.0, "{name}: {apart} of {largest}");
        }
        // What was rounded once is not rounded again.
        let blank = ConvNetConfig::digits().init(Normalization::None, &device).unwrap();
        let again = WeightFile { values: near.clone() }.load(blank, &device);
        assert_eq!(values(&pollster::block_on(encode(&again, WeightDType::I8)).unwrap()), near);
    }

    #[test]
    fn scales_belong_to_whole_numbers() {
        let bytes = pollster::block_on(encode(&network(), WeightDType::I8)).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let mut tensors: Vec<(String, TensorView)> = file.iter().map(|(name, view)| (name.to_owned(), view)).collect();
        let scale = tensors.iter().position(|(name, _)| name.ends_with(".scale")).unwrap();
        let (name, _) = tensors.remove(scale);
        let refused = WeightFile::decode(&safetensors::serialize(tensors, None).unwrap(), &network());
        assert_eq!(refused, Err(PackageError::MissingTensor(name)));
    }

    #[test]
    fn names_and_layouts_are_pytorchs() {
        let bytes = bytes();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        assert_eq!(file.tensor("convolutions.0.conv.weight").unwrap().shape(), [16, 1, 3, 3]);
        assert_eq!(file.tensor("dense.0.weight").unwrap().shape(), [32, 768]);
        assert_eq!(file.tensor("dense.1.bias").unwrap().shape(), [10]);
    }

    #[test]
    fn safetensors() {
        let mut bytes = bytes();
        bytes.truncate(bytes.len() - 1);
        assert!(matches!(WeightFile::decode(&bytes, &network()), Err(PackageError::Safetensors(_))));
        assert!(matches!(WeightFile::decode(b"", &network()), Err(PackageError::Safetensors(_))));
        assert!(matches!(WeightFile::decode(&[0xff; 64], &network()), Err(PackageError::Safetensors(_))));
    }

    #[test]
    fn missing_tensor() {
        let bytes = changed(|tensors| {
            tensors.remove(0);
        });
        assert!(matches!(WeightFile::decode(&bytes, &network()), Err(PackageError::MissingTensor(_))));
    }

    #[test]
    fn unexpected_tensor() {
        let bytes = changed(|tensors| tensors.push(("extra".into(), vec![1], vec![0; 4], Dtype::F32)));
        assert_eq!(WeightFile::decode(&bytes, &network()), Err(PackageError::UnexpectedTensor("extra".into())));
    }

    #[test]
    fn shape() {
        let bytes = changed(|tensors| tensors.iter_mut().for_each(|(_, shape, _, _)| shape.reverse()));
        assert!(matches!(WeightFile::decode(&bytes, &network()), Err(PackageError::Shape { .. })));
    }

    #[test]
    fn element_type() {
        let bytes = changed(|tensors| tensors[0].3 = Dtype::I32);
        assert!(matches!(WeightFile::decode(&bytes, &network()), Err(PackageError::ElementType { .. })));
    }

    #[test]
    fn not_finite() {
        for value in [f32::NAN, f32::INFINITY] {
            let bytes = changed(|tensors| tensors[0].2[..4].copy_from_slice(&value.to_le_bytes()));
            assert!(matches!(WeightFile::decode(&bytes, &network()), Err(PackageError::NotFinite { .. })));
        }
    }
}
