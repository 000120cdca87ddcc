//! Imputes missing pixels: zeros, the mean image or the reconstruction of the autoencoder.

use burn::tensor::{Device, ExecutionError};

use super::{Autoencoder, PixelMask};
use crate::{ink::Image, protocol::Imputation};

/// Where the holes that networks are compared on come from: the same ones for every network and every fill.
pub const HOLES_SEED: u64 = 2_026;

/// Images with their holes filled; none where the autoencoder is wanted and there is none. `masks` has one for each image.
///
/// # Errors
/// If the device fails.
pub async fn impute(
    fill: Imputation,
    images: &[Image],
    masks: &[PixelMask],
    mean: &Image,
    autoencoder: Option<&Autoencoder>,
    device: &Device,
) -> Result<Option<Vec<Image>>, ExecutionError> {
    let pairs = images.iter().zip(masks);
    Ok(match fill {
        Imputation::Empty => Some(pairs.map(|(image, mask)| mask.empty(image)).collect()),
        Imputation::Mean => Some(pairs.map(|(image, mask)| mask.fill(image, mean)).collect()),
        Imputation::Autoencoder => {
            let Some(autoencoder) = autoencoder else { return Ok(None) };
            let holes: Vec<Image> = pairs.map(|(image, mask)| mask.empty(image)).collect();
            let rebuilt = autoencoder.reconstruct(&holes, device).await?;
            // What is not hidden is known, so only the holes are taken from it.
            let pairs = holes.iter().zip(masks).zip(&rebuilt);
            Some(pairs.map(|((holes, mask), rebuilt)| mask.fill(holes, rebuilt)).collect())
        }
    })
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;
    use crate::{ink::SIDE, models::lab::LabNetwork, protocol::Occlusion, rng::SeededRng};

    #[test]
    fn each_fill_does_what_it_says_and_touches_nothing_else() {
        let device = Device::flex();
        let image = Image::new([1.0; SIDE * SIDE]);
        let mean = Image::new([0.25; SIDE * SIDE]);
        let mask = PixelMask::new(Occlusion::Pixels { share: 0.5 }, &image, &mut SeededRng::new(1));
        let autoencoder = Autoencoder::of(LabNetwork::init(&device).unwrap()).unwrap();
        let with = |by: Imputation, autoencoder| {
            let (images, masks) = (std::slice::from_ref(&image), std::slice::from_ref(&mask));
            now(impute(by, images, masks, &mean, autoencoder, &device))
        };
        for by in Imputation::ALL {
            let filled = with(by, Some(&autoencoder)).unwrap().remove(0);
            for place in 0..SIDE * SIDE {
                let value = filled.values()[place];
                match (mask.hides(place), by) {
                    (false, _) => assert_eq!(value, 1.0),
                    (true, Imputation::Empty) => assert_eq!(value, 0.0),
                    (true, Imputation::Mean) => assert_eq!(value, 0.25),
                    (true, Imputation::Autoencoder) => assert!((0.0..=1.0).contains(&value)),
                }
            }
        }
        assert!(with(Imputation::Autoencoder, None).is_none());
    }

    fn now<T>(future: impl Future<Output = Result<T, ExecutionError>>) -> T {
        pollster::block_on(future).unwrap()
    }
}
