//! Starts the device of an engine.

use burn::tensor::Device;

use crate::{
    host::Host,
    protocol::{EngineInfo, EngineKind, Failure, FailureKind},
};

/// Starts the device of an engine; a build has one of them, or natively both. `on_lost` is called once if the device is lost.
///
/// # Errors
/// Why there is no such device.
pub async fn start_device<H: Host>(
    kind: EngineKind,
    host: &H,
    on_lost: impl FnOnce() + 'static,
) -> Result<(Device, EngineInfo), Failure> {
    match kind {
        #[cfg(feature = "cpu")]
        EngineKind::Cpu => {
            let _ = (host, on_lost);
            let adapter = if cfg!(target_family = "wasm") { "WebAssembly SIMD" } else { "native SIMD" };
            let info =
                EngineInfo { kind, adapter: adapter.to_owned(), adapter_kind: crate::protocol::AdapterKind::Processor };
            Ok((Device::flex(), info))
        }
        #[cfg(feature = "gpu")]
        EngineKind::Gpu => {
            // The probe comes first: without timestamp-query the runtime panics when its first stream is made.
            let adapter = host.request_adapter().await?;
            let (device, setup) = Device::wgpu_options().init_with_setup_async().await.map_err(|error| Failure {
                kind: FailureKind::NoAdapter,
                message: format!("The graphics card could not be used ({error}), so the models run on the CPU."),
            })?;
            listen(&setup.device, on_lost);
            let info = EngineInfo { kind, adapter: adapter.name, adapter_kind: adapter.kind };
            Ok((device, info))
        }
        #[allow(unreachable_patterns, reason = "with both backends built in, every kind is there")]
        _ => Err(Failure { kind: FailureKind::Internal, message: "This build does not have that engine.".to_owned() }),
    }
}

/// Hears of a lost device. wgpu wants a callback that may move between threads; there is one thread in a worker, and natively
/// nobody needs to hear.
#[cfg(feature = "gpu")]
fn listen(device: &wgpu::Device, on_lost: impl FnOnce() + 'static) {
    #[cfg(target_family = "wasm")]
    {
        struct SingleThreadSend<F>(F);
        // SAFETY: wasm here has no threads; the callback runs where it was made.
        unsafe impl<F> Send for SingleThreadSend<F> {}
        impl<F: FnOnce()> SingleThreadSend<std::cell::Cell<Option<F>>> {
            fn call(&self) {
                if let Some(callback) = self.0.take() {
                    callback();
                }
            }
        }
        let callback = SingleThreadSend(std::cell::Cell::new(Some(on_lost)));
        device.set_device_lost_callback(move |_, _| callback.call());
    }
    #[cfg(not(target_family = "wasm"))]
    let _ = (device, on_lost);
}
