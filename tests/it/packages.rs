//! Damaged packages: each is refused by name, nothing of it is loaded, and the engine goes on with what it has. And packages that an
//! earlier build wrote: each is read, and written again with the same names.

use std::{
    collections::{BTreeSet, HashMap},
    path::Path,
};

use inkling::{
    engine::Engine,
    host::NativeHost,
    models::{digits::ConvNetConfig, summarizer::network::SummarizerConfig, with_spec},
    package::{Catalog, FileEntry, Manifest, ModelFamily, ModelSpec, from_single_file, sha256, to_single_file},
    protocol::{EngineKind, FailureKind, Reply, Request},
};
use safetensors::SafeTensors;
use serde_json::Value;

use super::engine::ask;

/// A copy of the committed packages, one thing changed by `damage`, which gets the folder of `seed-cnn`.
fn damaged(damage: impl Fn(&Path)) -> (FailureKind, String) {
    let copy = tempfile::tempdir().unwrap();
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    std::fs::copy(models.join("catalogue.json"), copy.path().join("catalogue.json")).unwrap();
    for name in ["digits", "seed-cnn"] {
        let to = copy.path().join("digits").join(name);
        std::fs::create_dir_all(&to).unwrap();
        for file in ["model.json", "weights.safetensors"] {
            std::fs::copy(models.join("digits").join(name).join(file), to.join(file)).unwrap();
        }
    }
    damage(&copy.path().join("digits/seed-cnn"));
    let engine = pollster::block_on(Engine::start(EngineKind::Cpu, NativeHost::new(copy.path()), || ())).unwrap();
    let load = |job, model: &str| ask(&engine, job, Request::Load { model: model.into() }).pop();
    let Some(Reply::Failed(failure)) = load(1, "seed-cnn") else { panic!("not refused") };
    assert!(matches!(load(2, "digits"), Some(Reply::Loaded { .. })));
    (failure.kind, failure.message)
}

/// Writes weights and the manifest and catalogue that belong to them: everything fits but what is in the file.
fn rewrite(folder: &Path, change: impl Fn(&mut Vec<u8>)) {
    let weights = folder.join("weights.safetensors");
    let mut bytes = std::fs::read(&weights).unwrap();
    change(&mut bytes);
    std::fs::write(&weights, &bytes).unwrap();
    let path = folder.join("model.json");
    let mut manifest = Manifest::<ConvNetConfig>::parse(&std::fs::read(&path).unwrap()).unwrap();
    manifest.files = vec![FileEntry::of("weights.safetensors", &bytes)];
    let bytes = serde_json::to_vec(&manifest).unwrap();
    std::fs::write(path, &bytes).unwrap();
    let path = folder.join("../../catalogue.json");
    let mut catalogue = Catalog::parse(&std::fs::read(&path).unwrap()).unwrap();
    catalogue.put(&manifest, &bytes);
    assert_eq!(catalogue.entry("seed-cnn").unwrap().manifest, sha256(&bytes));
    std::fs::write(path, serde_json::to_vec(&catalogue).unwrap()).unwrap();
}

fn assert_refused((kind, message): (FailureKind, String), words: &str) {
    assert_eq!(kind, FailureKind::BadPackage, "{message}");
    assert!(message.contains("seed-cnn") && message.contains(words), "{message}");
}

#[test]
fn truncated_weights() {
    let cut = |folder: &Path| {
        let path = folder.join("weights.safetensors");
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
    };
    assert_refused(damaged(cut), "should be");
    assert_refused(damaged(|folder| rewrite(folder, |bytes| bytes.truncate(100_000))), "not a model file");
}

#[test]
fn one_bit_altered() {
    let flip = |folder: &Path| {
        let path = folder.join("weights.safetensors");
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(path, bytes).unwrap();
    };
    assert_refused(damaged(flip), "checksum");
}

#[test]
fn an_altered_manifest() {
    let change = |folder: &Path| {
        let path = folder.join("model.json");
        let text = std::fs::read_to_string(&path).unwrap().replace("1.0.0", "1.0.1");
        std::fs::write(path, text).unwrap();
    };
    assert_refused(damaged(change), "checksum");
}

#[test]
fn other_shapes() {
    let other = |bytes: &mut Vec<u8>| {
        *bytes =
            std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/models/digits/digits/weights.safetensors")).unwrap();
    };
    assert_refused(damaged(|folder| rewrite(folder, other)), "shape");
}

#[test]
fn not_a_number() {
    // The last two bytes are the last weight; 0x7e00 is a NaN of half precision.
    let poison = |bytes: &mut Vec<u8>| {
        let end = bytes.len();
        bytes[end - 2..].copy_from_slice(&0x7e00u16.to_le_bytes());
    };
    assert_refused(damaged(|folder| rewrite(folder, poison)), "not finite");
}

#[test]
fn right_in_form_but_with_other_weights() {
    // The form is right, the known answer is not: an engine that computed with these would be believed.
    let scramble = |bytes: &mut Vec<u8>| {
        let end = bytes.len();
        bytes[end - 4_000..].fill(0x3c);
    };
    let (kind, _) = damaged(|folder| rewrite(folder, scramble));
    assert_eq!(kind, FailureKind::WrongAnswer);
}

#[test]
fn missing_files() {
    let (kind, _) = damaged(|folder| std::fs::remove_file(folder.join("weights.safetensors")).unwrap());
    assert_eq!(kind, FailureKind::Fetch);
}

/// The summarizer's package with a file changed, and a manifest and a catalogue that belong to it: what is said of it.
fn damaged_text(file: &str, change: impl Fn(&mut Vec<u8>)) -> (FailureKind, String) {
    let copy = tempfile::tempdir().unwrap();
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    let (from, to) = (models.join("summary/summary"), copy.path().join("summary/summary"));
    std::fs::create_dir_all(&to).unwrap();
    for file in ["model.json", "weights.safetensors", "vocabulary.txt", "words.txt"] {
        std::fs::copy(from.join(file), to.join(file)).unwrap();
    }
    let mut bytes = std::fs::read(to.join(file)).unwrap();
    change(&mut bytes);
    std::fs::write(to.join(file), &bytes).unwrap();
    let mut manifest = Manifest::<SummarizerConfig>::parse(&std::fs::read(to.join("model.json")).unwrap()).unwrap();
    let entry = manifest.files.iter_mut().find(|entry| entry.name == file).unwrap();
    *entry = FileEntry::of(file, &bytes);
    let json = serde_json::to_vec(&manifest).unwrap();
    std::fs::write(to.join("model.json"), &json).unwrap();
    let mut catalogue = Catalog::parse(&std::fs::read(models.join("catalogue.json")).unwrap()).unwrap();
    catalogue.put(&manifest, &json);
    std::fs::write(copy.path().join("catalogue.json"), serde_json::to_vec(&catalogue).unwrap()).unwrap();
    let engine = pollster::block_on(Engine::start(EngineKind::Cpu, NativeHost::new(copy.path()), || ())).unwrap();
    match ask(&engine, 1, Request::Load { model: "summary".into() }).pop() {
        Some(Reply::Failed(failure)) => (failure.kind, failure.message),
        reply => panic!("{file} is not refused: {reply:?}"),
    }
}

#[test]
fn damaged_words_and_vocabularies() {
    let cut = |bytes: &mut Vec<u8>| bytes.truncate(bytes.len() / 2);
    for file in ["vocabulary.txt", "words.txt", "weights.safetensors"] {
        let (kind, message) = damaged_text(file, cut);
        assert_eq!(kind, FailureKind::BadPackage, "{message}");
        assert!(message.contains("summary"), "{message}");
    }
    let text = |bytes: &mut Vec<u8>| *bytes = b"inkling-vocabulary 1 1\n<pad>\n".to_vec();
    assert!(damaged_text("vocabulary.txt", text).1.contains("vocabulary.txt cannot be read"));
    // A whole vocabulary, but another model's.
    let other = |bytes: &mut Vec<u8>| {
        let text = String::from_utf8(std::mem::take(bytes)).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        lines.pop();
        let header = format!("inkling-vocabulary 1 {}", lines.len() - 1);
        lines[0] = &header;
        *bytes = (lines.join("\n") + "\n").into_bytes();
    };
    assert!(damaged_text("vocabulary.txt", other).1.contains("pieces"));
    // Where a wrong number stands, the known question finds it.
    let wrong = |bytes: &mut Vec<u8>| {
        let from = bytes.len() - 400_000;
        for at in (from..bytes.len() - 1).step_by(2) {
            bytes[at + 1] ^= 0x08;
        }
    };
    assert_eq!(damaged_text("weights.safetensors", wrong).0, FailureKind::WrongAnswer);
}

/// The keys of a manifest, in every package that there is.
const MANIFEST_KEYS: [&str; 14] = [
    "architecture",
    "description",
    "element",
    "files",
    "format",
    "known",
    "licence",
    "metrics",
    "name",
    "parameters",
    "parent",
    "task",
    "training",
    "version",
];

/// A file of the committed packages.
fn committed(path: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(path)).unwrap()
}

fn parsed(json: &[u8]) -> Value {
    serde_json::from_slice(json).unwrap()
}

/// Checks that a committed package, which an earlier build wrote, has the names that this build writes: in a folder and in one file.
fn assert_written_alike<D: ModelSpec>(name: &str) {
    let bytes = committed(&format!("{}/{name}/model.json", D::TASK));
    let manifest = Manifest::<D>::parse(&bytes).unwrap();
    let stored = parsed(&bytes);
    let keys: BTreeSet<&str> = stored.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, BTreeSet::from(MANIFEST_KEYS), "{name}");
    // Through text, as it is written: as a value, single precision would become double.
    assert_eq!(parsed(&serde_json::to_vec(&manifest).unwrap()), stored, "{name}");

    let weights = committed(&format!("{}/{name}/weights.safetensors", D::TASK));
    let in_one_file = HashMap::from([("inkling".to_owned(), String::from_utf8(bytes).unwrap())]);
    let tensors = SafeTensors::deserialize(&weights).unwrap();
    let file = safetensors::serialize(tensors.iter(), Some(in_one_file)).unwrap();
    assert_eq!(from_single_file::<D>(&file).unwrap(), (manifest.clone(), weights.clone()), "{name}");
    let (_, metadata) = SafeTensors::read_metadata(&to_single_file(&manifest, &weights).unwrap()).unwrap();
    let metadata = metadata.metadata().clone().unwrap();
    assert_eq!(metadata.keys().collect::<Vec<_>>(), ["inkling"], "{name}");
    assert_eq!(parsed(metadata["inkling"].as_bytes()), stored, "{name}");
}

#[test]
fn packages_of_an_earlier_build_are_read_and_written_alike() {
    let catalog = Catalog::parse(&committed("catalogue.json")).unwrap();
    for entry in &catalog.models {
        with_spec!(ModelFamily::of_task(&entry.task).unwrap(), Spec => assert_written_alike::<Spec>(&entry.name));
    }
    for family in ModelFamily::ALL {
        assert!(
            catalog.models.iter().any(|entry| entry.task == family.task()),
            "no package of {family:?} is committed"
        );
    }
}

#[test]
fn the_catalog_of_an_earlier_build_is_read_and_written_alike() {
    let bytes = committed("catalogue.json");
    let catalog = Catalog::parse(&bytes).unwrap();
    assert_eq!(parsed(&serde_json::to_vec(&catalog).unwrap()), parsed(&bytes));
}
