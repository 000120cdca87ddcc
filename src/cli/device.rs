//! What the command line trains on.

use anyhow::Result;
use burn::tensor::Device;
use clap::ValueEnum;

/// A kind of device that a model can be trained on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DeviceKind {
    /// The processor, with all its cores.
    Cpu,
    /// The first NVIDIA card, in a build with the feature `cuda`.
    Cuda,
}

impl DeviceKind {
    /// Starts the device.
    ///
    /// # Errors
    /// A sentence on what is missing.
    pub fn start(self) -> Result<Device> {
        match self {
            Self::Cpu => Ok(Device::flex()),
            Self::Cuda => cuda(),
        }
    }
}

#[cfg(not(feature = "cuda"))]
fn cuda() -> Result<Device> {
    anyhow::bail!("This build has no CUDA. Build it with `--features cuda`, or train with `--device cpu`.")
}

/// Cards are counted first: CubeCL panics when a tensor is made on one that is not there.
#[cfg(feature = "cuda")]
fn cuda() -> Result<Device> {
    use anyhow::Context;
    use burn::tensor::DeviceType;

    Device::enumerate(DeviceType::Cuda).first().cloned().context(
        "There is no CUDA here: NVIDIA's driver (libcuda) is missing, or sees no card. Install it, or train with `--device cpu`.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_for_cuda_is_said_in_a_sentence() {
        assert!(DeviceKind::Cpu.start().is_ok());
        // With the feature there may be a card, and then there is nothing to say.
        if let Err(error) = DeviceKind::Cuda.start() {
            assert!(error.to_string().contains("train with `--device cpu`"), "{error:#}");
        }
    }
}
