//! What is put in the place of what is missing, and how the result is read.

use burn::tensor::{Device, ExecutionError};

use super::{Autoencoder, PixelMask};
use crate::{ink::Image, protocol::Fill};

/// Where the holes that networks are compared on come from: the same ones for every network and every fill.
pub const HOLES_SEED: u64 = 2_026;

/// Images with their holes filled; none where the autoencoder is wanted and there is none. `masks` has one for each image.
///
/// # Errors
/// If the device fails.
pub async fn fill(
    fill: Fill,
    images: &[Image],
    masks: &[PixelMask],
    mean: &Image,
    autoencoder: Option<&Autoencoder>,
    device: &Device,
) -> Result<Option<Vec<Image>>, ExecutionError> {
    let pairs = images.iter().zip(masks);
    Ok(match fill {
        Fill::Empty => Some(pairs.map(|(image, mask)| mask.empty(image)).collect()),
        Fill::Mean => Some(pairs.map(|(image, mask)| mask.fill(image, mean)).collect()),
        Fill::Autoencoder => {
            let Some(autoencoder) = autoencoder else { return Ok(None) };
            let holes: Vec<Image> = pairs.map(|(image, mask)| mask.empty(image)).collect();
            let rebuilt = autoencoder.rebuild(&holes, device).await?;
            // What is not hidden is known, so only the holes are taken from it.
            let pairs = holes.iter().zip(masks).zip(&rebuilt);
            Some(pairs.map(|((holes, mask), rebuilt)| mask.fill(holes, rebuilt)).collect())
        }
    })
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;
    use crate::{ink::SIDE, models::lab::LabNetwork, protocol::Hide, rng::SeededRng};

    #[test]
    fn each_fill_does_what_it_says_and_touches_nothing_else() {
        let device = Device::flex();
        let image = Image::new([1.0; SIDE * SIDE]);
        let mean = Image::new([0.25; SIDE * SIDE]);
        let mask = PixelMask::new(Hide::Pixels { share: 0.5 }, &image, &mut SeededRng::new(1));
        let autoencoder = Autoencoder::of(LabNetwork::init(&device).unwrap()).unwrap();
        let with = |by: Fill, autoencoder| {
            let (images, masks) = (std::slice::from_ref(&image), std::slice::from_ref(&mask));
            now(fill(by, images, masks, &mean, autoencoder, &device))
        };
        for by in Fill::ALL {
            let filled = with(by, Some(&autoencoder)).unwrap().remove(0);
            for place in 0..SIDE * SIDE {
                let value = filled.values()[place];
                match (mask.hides(place), by) {
                    (false, _) => assert_eq!(value, 1.0),
                    (true, Fill::Empty) => assert_eq!(value, 0.0),
                    (true, Fill::Mean) => assert_eq!(value, 0.25),
                    (true, Fill::Autoencoder) => assert!((0.0..=1.0).contains(&value)),
                }
            }
        }
        assert!(with(Fill::Autoencoder, None).is_none());
    }

    fn now<T>(future: impl Future<Output = Result<T, ExecutionError>>) -> T {
        pollster::block_on(future).unwrap()
    }
}
