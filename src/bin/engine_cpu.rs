//! The worker with the CPU engine.

fn main() {
    #[cfg(target_family = "wasm")]
    inkling::engine_worker::run(inkling::protocol::EngineKind::Cpu);
}
