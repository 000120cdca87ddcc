//! The worker with the WebGPU engine.

fn main() {
    #[cfg(target_family = "wasm")]
    inkling::worker::run(inkling::protocol::EngineKind::Gpu);
}
