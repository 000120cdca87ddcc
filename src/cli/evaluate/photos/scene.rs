//! What is in a synthetic photograph: ink, paper, light, printed lines, and what the camera does.

use crate::rng::SeededRng;

/// What is hard about a photograph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotoKind {
    /// Dark ink on even white paper.
    Plain,
    /// Light that falls off to one side.
    Shadow,
    /// The shadow of a hand or a phone, with an edge.
    HardShadow,
    /// Dark corners.
    Vignette,
    /// Paper with a grain.
    Texture,
    /// A notebook's lines.
    Ruled,
    /// Squared paper.
    Squared,
    /// Ink and ground in any two colors that a person can tell apart.
    Colors,
    /// Ink and ground of one luma: only the color parts them.
    EqualLuma,
    /// Light ink on a dark ground.
    Chalk,
    /// A pen of a hundredth of the digit and less.
    Thin,
    /// A marker.
    Thick,
    /// A box around the digit, sometimes touched.
    Boxed,
    /// Turned by up to ten degrees.
    Rotated,
    /// Out of focus.
    Blur,
    /// Strongly compressed.
    Jpeg,
    /// A pen that runs dry: streaks and gaps.
    Dry,
    /// Several of these at once.
    Mixture,
    /// Paper on which nothing is written, with light, grain or lines.
    Empty,
}

impl PhotoKind {
    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::Plain,
        Self::Shadow,
        Self::HardShadow,
        Self::Vignette,
        Self::Texture,
        Self::Ruled,
        Self::Squared,
        Self::Colors,
        Self::EqualLuma,
        Self::Chalk,
        Self::Thin,
        Self::Thick,
        Self::Boxed,
        Self::Rotated,
        Self::Blur,
        Self::Jpeg,
        Self::Dry,
        Self::Mixture,
        Self::Empty,
    ];

    /// Its name, as it is printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Shadow => "shadow",
            Self::HardShadow => "shadow-edge",
            Self::Vignette => "vignette",
            Self::Texture => "texture",
            Self::Ruled => "ruled",
            Self::Squared => "squared",
            Self::Colors => "colors",
            Self::EqualLuma => "equal-luma",
            Self::Chalk => "chalk",
            Self::Thin => "thin",
            Self::Thick => "thick",
            Self::Boxed => "boxed",
            Self::Rotated => "rotated",
            Self::Blur => "blur",
            Self::Jpeg => "jpeg",
            Self::Dry => "dry",
            Self::Mixture => "mixture",
            Self::Empty => "empty",
        }
    }
}

pub(super) type Color = [f32; 3];

/// The lines that are printed on paper.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum PrintedLines {
    None,
    Ruled,
    Squared,
    Box,
}

/// All that a photograph is made of.
pub(super) struct Scene {
    /// Pixels along a side.
    pub side: usize,
    /// The ink's color.
    pub ink: Color,
    /// The paper's color.
    pub ground: Color,
    /// The pen's width as a share of the digit's longer side.
    pub pen: f32,
    /// The digit's longer side as a share of the picture's.
    pub share: f32,
    /// Radians.
    pub turn: f32,
    /// How much darker the darkest place of a soft shadow is, 0 to 1.
    pub shade: f32,
    /// The same of a shadow with an edge.
    pub hard_shade: f32,
    /// How much darker the corners are.
    pub vignette: f32,
    /// Standard deviation of the grain, in grey levels, and its size in pixels.
    pub grain: (f32, f32),
    /// What is printed on the paper.
    pub lines: PrintedLines,
    /// Out of focus by so much of the side.
    pub blur: f32,
    /// The quality of the JPEG, if it is one.
    pub quality: Option<u8>,
    /// How much of the ink is missing.
    pub dry: f32,
}

pub(super) fn between(random: &mut SeededRng, low: f32, high: f32) -> f32 {
    low + (high - low) * random.uniform()
}

pub(super) fn chance(random: &mut SeededRng, share: f32) -> bool {
    random.uniform() < share
}

fn luma(color: Color) -> f32 {
    0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2]
}

/// A scene with what is hard about a kind of photograph.
pub(super) fn plan(kind: PhotoKind, random: &mut SeededRng) -> Scene {
    let paper = between(random, 225.0, 250.0);
    let dark = between(random, 15.0, 60.0);
    let mut scene = Scene {
        side: between(random, 200.0, 1_200.0) as usize,
        ink: [dark, dark, dark + between(random, 0.0, 50.0)],
        ground: [paper, paper, paper - between(random, 0.0, 15.0)],
        pen: between(random, 0.06, 0.13),
        share: between(random, 0.35, 0.8),
        turn: 0.0,
        shade: 0.0,
        hard_shade: 0.0,
        vignette: 0.0,
        grain: (between(random, 0.0, 2.0), 1.0),
        lines: PrintedLines::None,
        blur: 0.0,
        quality: None,
        dry: 0.0,
    };
    match kind {
        PhotoKind::Mixture => {
            let kinds = [
                [PhotoKind::Shadow, PhotoKind::HardShadow, PhotoKind::Vignette, PhotoKind::Plain],
                [PhotoKind::Texture, PhotoKind::Plain, PhotoKind::Rotated, PhotoKind::Rotated],
                [PhotoKind::Ruled, PhotoKind::Squared, PhotoKind::Boxed, PhotoKind::Plain],
                [PhotoKind::Colors, PhotoKind::Plain, PhotoKind::Plain, PhotoKind::Plain],
                [PhotoKind::Jpeg, PhotoKind::Blur, PhotoKind::Jpeg, PhotoKind::Plain],
            ];
            for kind in kinds {
                add(&mut scene, kind[random.below(4)], random);
            }
        }
        PhotoKind::Empty => {
            let kinds = [
                [PhotoKind::Shadow, PhotoKind::HardShadow, PhotoKind::Vignette, PhotoKind::Plain],
                [PhotoKind::Texture, PhotoKind::Plain, PhotoKind::Jpeg, PhotoKind::Ruled],
            ];
            for kind in kinds {
                add(&mut scene, kind[random.below(4)], random);
            }
            scene.ink = scene.ground;
            scene.pen = 0.0;
        }
        kind => add(&mut scene, kind, random),
    }
    scene
}

/// Makes a scene harder.
fn add(scene: &mut Scene, kind: PhotoKind, random: &mut SeededRng) {
    match kind {
        PhotoKind::Plain | PhotoKind::Mixture | PhotoKind::Empty => {}
        PhotoKind::Shadow => scene.shade = between(random, 0.3, 0.65),
        PhotoKind::HardShadow => scene.hard_shade = between(random, 0.2, 0.45),
        PhotoKind::Vignette => scene.vignette = between(random, 0.3, 0.7),
        PhotoKind::Texture => scene.grain = (between(random, 4.0, 9.0), between(random, 1.0, 4.0)),
        PhotoKind::Ruled => scene.lines = PrintedLines::Ruled,
        PhotoKind::Squared => scene.lines = PrintedLines::Squared,
        PhotoKind::Boxed => {
            scene.lines = PrintedLines::Box;
            scene.share = scene.share.min(0.65);
        }
        PhotoKind::Colors => loop {
            let mut color = || [0; 3].map(|_| between(random, 0.0, 255.0));
            (scene.ink, scene.ground) = (color(), color());
            if distance(scene.ink, scene.ground) > 140.0 {
                break;
            }
        },
        PhotoKind::EqualLuma => loop {
            let mut color = || [0; 3].map(|_| between(random, 0.0, 255.0));
            let (mut ink, ground) = (color(), color());
            let shift = luma(ground) - luma(ink);
            ink = ink.map(|channel| channel + shift);
            if distance(ink, ground) > 140.0 && ink.iter().all(|channel| (0.0..=255.0).contains(channel)) {
                (scene.ink, scene.ground) = (ink, ground);
                break;
            }
        },
        PhotoKind::Chalk => {
            scene.ink = [between(random, 200.0, 250.0); 3];
            scene.ground = [between(random, 15.0, 60.0), between(random, 30.0, 80.0), between(random, 30.0, 60.0)];
        }
        PhotoKind::Thin => scene.pen = between(random, 1.2, 4.0) / (scene.share * scene.side as f32),
        PhotoKind::Thick => scene.pen = between(random, 0.16, 0.24),
        PhotoKind::Rotated => scene.turn = between(random, -10.0, 10.0).to_radians(),
        PhotoKind::Blur => scene.blur = between(random, 0.004, 0.015),
        PhotoKind::Jpeg => scene.quality = Some(between(random, 12.0, 40.0) as u8),
        PhotoKind::Dry => scene.dry = between(random, 0.3, 0.6),
    }
}

fn distance(a: Color, b: Color) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>().sqrt()
}
