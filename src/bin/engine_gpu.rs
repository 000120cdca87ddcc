//! The worker with the WebGPU engine.

fn main() {
    #[cfg(target_family = "wasm")]
    inkling::engine_worker::run(inkling::protocol::EngineKind::Gpu);
}
