//! The probe with the WebGPU engine's backend.

fn main() {
    #[cfg(target_family = "wasm")]
    inkling::probe::run(inkling::protocol::EngineKind::Gpu);
}
