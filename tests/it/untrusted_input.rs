//! Hostile bytes: whatever comes, readers answer with a value or a typed error, never with a panic or a great allocation.

use burn::tensor::Device;
use inkling::{
    ink::read_picture,
    models::digits::{ConvNetConfig, Normalization, read_idx_images, read_idx_labels, read_npy_strokes},
    package::{Catalog, Manifest, WeightFile},
};
use proptest::prelude::*;

fn file(path: &str) -> Vec<u8> {
    std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// Some bytes changed, and perhaps the end cut off.
fn damaged(bytes: Vec<u8>, head: usize) -> impl Strategy<Value = Vec<u8>> {
    let length = bytes.len();
    let changes = prop::collection::vec((0..head.min(length), any::<u8>()), 0..6);
    (changes, prop_oneof![3 => Just(length), 1 => 0..length]).prop_map(move |(changes, length)| {
        let mut bytes = bytes.clone();
        changes.into_iter().for_each(|(place, value)| bytes[place] = value);
        bytes.truncate(length);
        bytes
    })
}

fn digits_in_one_file() -> Vec<u8> {
    let manifest = Manifest::<ConvNetConfig>::parse(&file("models/digits/digits/model.json")).unwrap();
    inkling::package::bundle(&manifest, &file("models/digits/digits/weights.safetensors")).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damaged_weights(bytes in damaged(file("models/digits/digits/weights.safetensors"), 1_500)) {
        let blank = ConvNetConfig::digits().init(Normalization::None, &Device::flex()).unwrap();
        // A change in the values alone is for the checksum to find.
        let _ = WeightFile::decode(&bytes, &blank);
    }

    #[test]
    fn damaged_manifests(bytes in damaged(file("models/digits/digits/model.json"), 10_000)) {
        if let Ok(manifest) = Manifest::<inkling::models::digits::ConvNetConfig>::parse(&bytes) {
            prop_assert!(manifest.architecture.check().is_ok() && manifest.known.image().is_ok());
        }
    }

    #[test]
    fn damaged_packages_in_one_file(bytes in damaged(digits_in_one_file(), 10_000)) {
        use inkling::{
            engine::ForeignWeights,
            package::{task, unbundle},
        };

        let _ = task(&bytes);
        if let Ok((manifest, weights)) = unbundle::<ConvNetConfig>(&bytes) {
            prop_assert!(manifest.files[0].check(&weights).is_ok());
        }
        let device = Device::flex();
        let blank = ConvNetConfig::digits().init(Normalization::None, &device).unwrap();
        if let Ok(bare) = ForeignWeights::read(&bytes)
            && bare.kind(&device).is_ok()
            && let Ok(adopted) = bare.adopt(&blank)
        {
            prop_assert!(WeightFile::decode(&adopted.weights, &blank).is_ok());
        }
    }

    #[test]
    fn damaged_catalogues(bytes in damaged(file("models/catalogue.json"), 1_000)) {
        if let Ok(catalogue) = Catalog::parse(&bytes) {
            prop_assert!(catalogue.models.iter().all(|entry| !entry.folder().contains("..")));
        }
    }

    #[test]
    fn any_bytes_as_data_sets(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read_idx_images(&bytes);
        let _ = read_idx_labels(&bytes);
        let _ = read_npy_strokes(&bytes);
        let mut npy = b"\x93NUMPY\x01\x00".to_vec();
        npy.extend(&bytes);
        let _ = read_npy_strokes(&npy);
    }

    #[test]
    fn any_bytes_as_pictures(width in 0u32..40, height in 0u32..40, seed in prop::collection::vec(any::<u8>(), 1..64)) {
        let rgba: Vec<u8> = seed.iter().copied().cycle().take((width * height * 4) as usize).collect();
        if let Ok(reading) = read_picture(width, height, &rgba) {
            let [left, top, w, h] = reading.found.bounds;
            prop_assert!(left + w <= width && top + h <= height && w > 0 && h > 0);
            prop_assert!(reading.image.values().iter().all(|value| (0.0..=1.0).contains(value)));
        }
    }
}
