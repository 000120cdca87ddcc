use super::*;
use crate::{
    engine::foreign_weights::tensors,
    models::digits::{ConvNetConfig, Normalization},
    package::{WeightFile, encode},
};
use half::bf16;

type Tensors = Vec<(String, Vec<usize>, Vec<f32>)>;

/// The tensors of a seed CNN, in the order of its layers.
fn tensors() -> Tensors {
    let network = ConvNetConfig::seed_cnn().init(Normalization::None, &Device::flex()).unwrap();
    let bytes = pollster::block_on(encode(&network, WeightDType::F32)).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let read = tensors::tensors(&file);
    let names = slots(&network).into_iter().map(|slot| slot.name);
    names.map(|name| (name.clone(), read[&name].shape.clone(), read[&name].values().unwrap())).collect()
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
        ("digits", "digits", ForeignModel { family: ModelFamily::Digits, design: 2 }),
        ("digits", "seed-cnn", ForeignModel { family: ModelFamily::Digits, design: 0 }),
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
    let mut tensors = renamed(EXAMPLES);
    tensors[2].1 = vec![64, 2 * 5408];
    let expected =
        PackageError::Shape { name: "fc1.weight".into(), expected: vec![128, 5408], actual: vec![64, 2 * 5408] };
    assert_eq!(adopted(&file(&tensors, Dtype::F32, &[])), Err(expected));
}

/// Without what was said of it.
fn quiet(converted: Result<ConvertedWeights, PackageError>) -> (Vec<u8>, WeightDType) {
    let ConvertedWeights { weights, element, .. } = converted.unwrap();
    (weights, element)
}

#[test]
fn prefixes_and_any_names_of_layers_are_the_same_network() {
    let tensors = tensors();
    let ours = quiet(adopted(&file(&tensors, Dtype::F32, &[])));
    let ours_names: Vec<String> = tensors.iter().map(|(name, ..)| name.clone()).collect();
    let ours_names: [&str; 6] = std::array::from_fn(|at| ours_names[at].as_str());
    let nested = ["a.conv.weight", "a.conv.bias", "b.0.weight", "b.0.bias", "b.3.weight", "b.3.bias"];
    for names in [EXAMPLES, SEQUENTIAL, ours_names, nested] {
        for prefix in ["", "module.", "_orig_mod.", "model.", "net.", "module._orig_mod.", "model.net._orig_mod.", "0."]
        {
            let prefixed: Vec<String> = names.iter().map(|name| format!("{prefix}{name}")).collect();
            let theirs = called(tensors.clone(), std::array::from_fn(|at| prefixed[at].as_str()));
            assert!(quiet(adopted(&file(&theirs, Dtype::F32, &[]))) == ours, "{prefixed:?}");
        }
    }
    let mut counted = called(tensors, EXAMPLES.map(|name| name));
    counted.push(("n_averaged".into(), vec![], vec![3.0]));
    assert!(quiet(adopted(&file(&counted, Dtype::F32, &[]))) == ours);
}

/// A tensor with its axes in another order.
fn permuted((name, shape, values): &(String, Vec<usize>, Vec<f32>), axes: &[usize]) -> (String, Vec<usize>, Vec<f32>) {
    let new_shape: Vec<usize> = axes.iter().map(|axis| shape[*axis]).collect();
    let mut new_values = vec![0.0; values.len()];
    for (at, value) in values.iter().enumerate() {
        let mut rest = at;
        let mut place = vec![0; shape.len()];
        for axis in (0..shape.len()).rev() {
            place[axis] = rest % shape[axis];
            rest /= shape[axis];
        }
        let index = axes.iter().zip(&new_shape).fold(0, |index, (axis, size)| index * size + place[*axis]);
        new_values[index] = *value;
    }
    (name.clone(), new_shape, new_values)
}

#[test]
fn layers_that_lie_the_other_way_round_are_turned() {
    let mut tensors = renamed(EXAMPLES);
    let ours = quiet(adopted(&file(&tensors, Dtype::F32, &[])));
    for at in [2, 4] {
        tensors[at] = permuted(&tensors[at], &[1, 0]);
    }
    let dense = adopted(&file(&tensors, Dtype::F32, &[]));
    assert!(
        dense.as_ref().unwrap().notes.iter().any(|note| note.starts_with("fc1.weight was stored the other way around"))
    );
    assert!(quiet(dense) == ours);
    tensors[0] = permuted(&tensors[0], &[2, 3, 1, 0]);
    let keras =
        ["c/conv2d/kernel", "c/conv2d/bias", "c/dense/kernel", "c/dense/bias", "c/dense_1/kernel", "c/dense_1/bias"];
    for names in [EXAMPLES, keras] {
        assert!(quiet(adopted(&file(&called(tensors.clone(), names), Dtype::F32, &[]))) == ours);
    }
}

#[test]
fn features_in_kerass_order_are_put_in_pytorchs() {
    let mut tensors = renamed(EXAMPLES);
    let ours = quiet(adopted(&file(&tensors, Dtype::F32, &[])));
    let (name, shape, values) = tensors[2].clone();
    let features = permuted(&(name.clone(), vec![128, 32, 13, 13], values), &[0, 2, 3, 1]);
    tensors[2] = (name, shape, features.2);
    let theirs = adopted(&file(&tensors, Dtype::F32, &[])).unwrap();
    assert!(theirs.weights != ours.0);
    assert!(quiet(theirs.from_channels_last(&ConvNetConfig::seed_cnn())) == ours);
}

#[test]
fn batch_normalization_is_folded() {
    let mut tensors = renamed(EXAMPLES);
    let plain = adopted(&file(&tensors, Dtype::F32, &[])).unwrap();
    // It undoes itself: the scale and shift are those of the mean and variance.
    let norm = |parameter: &str, value: f32| (format!("bn1.{parameter}"), vec![32], vec![value; 32]);
    let deviation = (0.25f32 + 1e-5).sqrt();
    tensors.extend([
        norm("weight", deviation),
        norm("bias", 0.5),
        norm("running_mean", 0.5),
        norm("running_var", 0.25),
    ]);
    tensors.push(("bn1.num_batches_tracked".into(), vec![], vec![9.0]));
    let folded = adopted(&file(&tensors, Dtype::F32, &[])).unwrap();
    assert_eq!(folded.notes, ["the batch normalization bn1 was folded into conv1"]);
    let read = |weights: &ConvertedWeights| -> Vec<f32> {
        let file = SafeTensors::deserialize(&weights.weights).unwrap();
        tensors::tensors(&file).values().flat_map(|tensor| tensor.values().unwrap()).collect()
    };
    assert!(read(&plain).iter().zip(read(&folded)).all(|(a, b)| (a - b).abs() < 1e-5));
}

#[test]
fn either_way_round() {
    // Outputs first, inputs first, and a square one between them.
    let architecture = ConvNetConfig { hidden: vec![16, 16], ..ConvNetConfig::seed_cnn() };
    let blank = architecture.blank(&Device::flex()).unwrap();
    let layer = |name: &str, shape: &[usize]| (name.to_owned(), shape.to_vec(), vec![0.0; shape.iter().product()]);
    let with = |first: &[usize], last: &[usize]| {
        let tensors = vec![
            layer("conv1.weight", &[32, 1, 3, 3]),
            layer("conv1.bias", &[32]),
            layer("fc1.weight", first),
            layer("fc1.bias", &[16]),
            layer("fc2.weight", &[16, 16]),
            layer("fc2.bias", &[16]),
            layer("fc3.weight", last),
            layer("fc3.bias", &[10]),
        ];
        ForeignWeights::read(&file(&tensors, Dtype::F32, &[])).unwrap().convert(&blank).map(|converted| converted.notes)
    };
    assert_eq!(with(&[16, 5408], &[10, 16]), Ok(vec![]));
    assert_eq!(with(&[5408, 16], &[16, 10]).unwrap().len(), 3);
    assert_eq!(with(&[5408, 16], &[10, 16]), Err(PackageError::EitherWayRound { name: "fc2.weight".into() }));
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
    assert!(matches!(adopted(&bytes[..bytes.len() - 1]), Err(PackageError::OtherFile(what)) if what.contains(" of ")));
    assert!(matches!(adopted(&[0xff; 64]), Err(PackageError::Safetensors(_))));
}

#[test]
fn other_file() {
    let what = |bytes: &[u8]| match adopted(bytes) {
        Err(PackageError::OtherFile(what)) => what,
        other => panic!("{other:?}"),
    };
    assert!(what(b"PK\x03\x04 archive/data.pkl").contains("safetensors.torch.save_file"));
    assert!(what(b"").starts_with("an empty file"));
}

#[test]
fn too_large() {
    assert!(matches!(adopted(&vec![0xff; 66 << 20]), Err(PackageError::TooLarge { .. })));
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
