//! Learning gives the same gradients and the same step everywhere: what is native is written down here, and the browser tests hold the
//! page's two engines against it.

use burn::tensor::Device;
use inkling::probe::training_step;

const GOLDEN: &str = include_str!("../golden/learning.json");

#[test]
fn gradients_and_a_step_of_adam_as_written_down() {
    let figures = pollster::block_on(training_step::figures(&Device::flex())).unwrap();
    // After a change of the network: `INKLING_WRITE_GOLDEN=1 cargo test --features probe --test it gradients`.
    if std::env::var_os("INKLING_WRITE_GOLDEN").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/learning.json");
        std::fs::write(path, serde_json::to_string(&figures).unwrap() + "\n").unwrap();
        return;
    }
    assert!(
        figures.gradients.values().flatten().any(|gradient| gradient.abs() > 1e-3),
        "there is something to compare"
    );
    let apart = pollster::block_on(training_step::run(GOLDEN, &Device::flex())).unwrap();
    println!("{apart:?}");
    assert!(apart.loss < 1e-5 && apart.gradients < 1e-4 && apart.adam < 1e-6, "{apart:?}");

    // It is no comparison of a thing with itself.
    let mut other = figures;
    other.adam.values_mut().next().unwrap()[0] += 1e-5;
    let json = serde_json::to_string(&other).unwrap();
    let apart = pollster::block_on(training_step::run(&json, &Device::flex())).unwrap();
    assert!(apart.adam > 9e-6 && apart.gradients == 0.0, "{apart:?}");
}
