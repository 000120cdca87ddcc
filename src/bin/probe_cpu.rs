//! The probe with the CPU engine's backend.

fn main() {
    #[cfg(target_family = "wasm")]
    inkling::probe::run(inkling::protocol::EngineKind::Cpu);
}
