//! Results of reference implementations, see `tests/golden`.

use burn::tensor::Device;
use inkling::{
    ink::{Image, SIDE},
    models::digits::{ConvNet, batch_tensor},
    package::{Manifest, WEIGHTS, from_hex, sha256},
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    weights_sha256: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    image: String,
    logits: Vec<f32>,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../golden/seed_cnn.json")).unwrap()
}

fn seed_cnn(device: &Device) -> ConvNet {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/models/digits/seed-cnn/");
    let manifest = Manifest::<inkling::models::digits::ConvNetConfig>::parse(
        &std::fs::read(format!("{folder}model.json")).unwrap(),
    )
    .unwrap();
    let weights = std::fs::read(format!("{folder}{WEIGHTS}")).unwrap();
    assert_eq!(sha256(&weights), golden().weights_sha256, "the weights changed: run tests/golden/seed_cnn.py again");
    inkling::engine::network(&manifest, &weights, device).unwrap()
}

/// The largest difference to Keras's logits.
fn largest_difference(device: &Device) -> f32 {
    let network = seed_cnn(device);
    let golden = golden();
    assert_eq!(golden.cases.len(), 12);
    let images: Vec<Image> = golden
        .cases
        .iter()
        .map(|case| {
            let bytes: [u8; SIDE * SIDE] = from_hex(&case.image).unwrap().try_into().unwrap();
            Image::from_bytes(&bytes)
        })
        .collect();
    let data = network.forward(batch_tensor(&images, device), None).into_data();
    let logits: Vec<f32> = data.iter::<f32>().collect();
    let expected = golden.cases.iter().flat_map(|case| &case.logits);
    assert_eq!(logits.len(), 120);
    logits.iter().zip(expected).map(|(logit, expected)| (logit - expected).abs()).fold(0.0, f32::max)
}

#[test]
fn the_seed_cnn_on_flex_is_kerass() {
    let difference = largest_difference(&Device::flex());
    assert!(difference < 1e-4, "{difference}");
}

/// Natively through wgpu, on whatever Vulkan there is (Mesa's lavapipe where there is no card).
#[cfg(feature = "gpu")]
#[test]
fn the_seed_cnn_on_wgpu_is_kerass() {
    let difference = largest_difference(&Device::wgpu(Default::default()));
    assert!(difference < 1e-3, "{difference}");
}
