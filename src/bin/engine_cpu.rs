//! The worker with the CPU engine.

fn main() {
    #[cfg(target_family = "wasm")]
    inkling::worker::run(inkling::protocol::EngineKind::Cpu);
}
