//! Small pictures of one stroke, with what a photograph adds to it.

use proptest::prelude::*;

use super::*;
use crate::{ink::SIDE, rng::SeededRng};

/// A vertical bar of ink on a ground, with a soft edge.
fn bar(w: usize, h: usize, ground: u8, ink: u8) -> Vec<u8> {
    (0..w * h)
        .flat_map(|i| {
            let (x, y) = (i % w, i / w);
            let inside = x > w * 2 / 5 && x < w * 3 / 5 && y > h / 5 && y < h * 4 / 5;
            let g = if inside { ink } else { ground };
            [g, g, g, 255]
        })
        .collect()
}

#[test]
fn both_polarities_give_one_image() {
    let dark = read_picture(200, 200, &bar(200, 200, 240, 20)).unwrap();
    let light = read_picture(200, 200, &bar(200, 200, 15, 235)).unwrap();
    assert_eq!(dark.found.polarity, Polarity::DarkOnLight);
    assert_eq!(light.found.polarity, Polarity::LightOnDark);
    let difference: f32 = dark.image.values().iter().zip(light.image.values()).map(|(a, b)| (a - b).abs()).sum();
    assert!(difference < 0.01, "{difference}");
    let (x, y) = dark.image.center_of_mass().unwrap();
    assert!((x - 13.5).abs() < 0.1 && (y - 13.5).abs() < 0.1);
    // The bar is a marker's: it is drawn as a wide pen draws.
    assert!((dark.image.mass() - 20.0 * 4.0).abs() < 8.0, "{}", dark.image.mass());
}

#[test]
fn small_and_large_pictures_give_one_image() {
    let small = read_picture(30, 30, &bar(30, 30, 255, 0)).unwrap().image;
    let large = read_picture(1000, 1000, &bar(1000, 1000, 255, 0)).unwrap().image;
    assert!((small.mass() - large.mass()).abs() / large.mass() < 0.2, "{} {}", small.mass(), large.mass());
}

#[test]
fn specks_are_dropped() {
    let mut picture = bar(200, 200, 250, 10);
    for channel in 0..3 {
        picture[(3 * 200 + 5) * 4 + channel] = 0;
    }
    let clean = read_picture(200, 200, &bar(200, 200, 250, 10)).unwrap();
    assert_eq!(read_picture(200, 200, &picture).unwrap().found.bounds, clean.found.bounds);
}

#[test]
fn light_ink_on_a_transparent_ground_is_seen() {
    let mut picture = bar(50, 50, 0, 255);
    picture.chunks_mut(4).for_each(|p| p[3] = p[0]);
    assert_eq!(read_picture(50, 50, &picture).unwrap().found.polarity, Polarity::LightOnDark);
}

#[test]
fn one_color_is_no_digit() {
    assert_eq!(read_picture(40, 40, &[128; 40 * 40 * 4]), Err(PhotoError::Flat));
}

#[test]
fn sizes_that_lie_are_refused() {
    assert_eq!(read_picture(0, 5, &[]), Err(PhotoError::Size { width: 0, height: 5 }));
    assert_eq!(read_picture(5_000, 1, &[]), Err(PhotoError::Size { width: 5_000, height: 1 }));
    assert_eq!(read_picture(2, 2, &[0; 15]), Err(PhotoError::Bytes { expected: 16, actual: 15 }));
}

type Rgb = [u8; 3];

/// The share of ink at a place of a picture of a seven whose sides are 1, drawn with a pen of a width.
fn seven(x: f32, y: f32, pen: f32) -> f32 {
    let corners = [(0.3, 0.25), (0.7, 0.25), (0.45, 0.8)];
    let off = corners.windows(2).map(|ends| {
        let (dx, dy) = (ends[1].0 - ends[0].0, ends[1].1 - ends[0].1);
        let along = (((x - ends[0].0) * dx + (y - ends[0].1) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
        (x - ends[0].0 - along * dx).hypot(y - ends[0].1 - along * dy)
    });
    f32::from(u8::from(off.fold(f32::MAX, f32::min) <= pen / 2.0))
}

/// A picture of which each pixel is painted by its place, from 0 to 1.
fn picture(side: usize, paint: impl Fn(f32, f32) -> Rgb) -> Vec<u8> {
    (0..side * side)
        .flat_map(|i| {
            let at = |n: usize| (n as f32 + 0.5) / side as f32;
            let [r, g, b] = paint(at(i % side), at(i / side));
            [r, g, b, 255]
        })
        .collect()
}

fn grey(level: f32) -> Rgb {
    [level.round().clamp(0.0, 255.0) as u8; 3]
}

fn read(side: usize, rgba: &[u8]) -> PhotoInterpretation {
    read_picture(side as u32, side as u32, rgba).unwrap()
}

/// The seven without any of it.
fn plain() -> PhotoInterpretation {
    read(300, &picture(300, |x, y| grey(240.0 - 200.0 * seven(x, y, 0.06))))
}

/// The mean difference of two images' pixels, where there is ink in either.
fn difference(a: &Image, b: &Image) -> f32 {
    let pairs = || a.values().iter().zip(b.values());
    let inked = pairs().filter(|(a, b)| a.max(**b) > 0.05).count();
    pairs().map(|(a, b)| (a - b).abs()).sum::<f32>() / inked as f32
}

fn assert_same_seven(name: &str, side: usize, rgba: &[u8]) {
    let off = difference(&read(side, rgba).image, &plain().image);
    assert!(off < 0.12, "{name}: {off}");
}

#[test]
fn a_shadow_is_no_ink() {
    let soft = picture(300, |x, y| grey((240.0 - 200.0 * seven(x, y, 0.06)) * (1.0 - 0.6 * (0.7 * x + 0.3 * y))));
    assert_same_seven("soft", 300, &soft);
    let edge = picture(300, |x, y| {
        let light = if x + 0.3 * y > 0.6 { 0.6 } else { 1.0 };
        grey((240.0 - 200.0 * seven(x, y, 0.06)) * light)
    });
    assert_same_seven("edge", 300, &edge);
}

#[test]
fn a_table_beside_the_paper_is_no_ink() {
    let table =
        picture(300, |x, y| if x < 0.15 || y > 0.92 { [70, 50, 30] } else { grey(240.0 - 200.0 * seven(x, y, 0.06)) });
    assert_same_seven("table", 300, &table);
}

#[test]
fn the_grain_of_paper_is_no_ink() {
    let mut random = SeededRng::new(3);
    let mut grainy = picture(300, |x, y| grey(230.0 - 190.0 * seven(x, y, 0.06)));
    for pixel in grainy.chunks_mut(4) {
        let by = random.within(14.0);
        pixel[..3].iter_mut().for_each(|channel| *channel = (f32::from(*channel) + by) as u8);
    }
    assert_same_seven("grain", 300, &grainy);
}

#[test]
fn printed_lines_are_no_ink() {
    let line = |at: f32, every: f32| at.rem_euclid(every) < 0.007;
    let ink = |x: f32, y: f32, printed: bool, level: f32| {
        let ground = if printed { level } else { 240.0 };
        grey(if seven(x, y, 0.06) > 0.0 { 40.0 } else { ground })
    };
    // As pale as a notebook's, and as dark as ink.
    for level in [150.0, 50.0] {
        let ruled = picture(300, |x, y| ink(x, y, line(y + 0.03 * x, 0.11), level));
        assert_same_seven("ruled", 300, &ruled);
        let squared = picture(300, |x, y| ink(x, y, line(y, 0.12) || line(x, 0.12), level));
        assert_same_seven("squared", 300, &squared);
        let empty = picture(300, |_, y| grey(if line(y, 0.11) { level } else { 240.0 }));
        assert_eq!(read_picture(300, 300, &empty), Err(PhotoError::Flat));
    }
}

#[test]
fn a_box_around_a_digit_is_no_ink() {
    let frame = |x: f32, y: f32, left: f32| {
        let (dx, dy) = (left.max(x) - x.min(0.8), 0.15f32.max(y) - y.min(0.9));
        let edge = [(x - left).abs(), (x - 0.8).abs()].iter().any(|off| *off < 0.006) && (0.15..0.9).contains(&y)
            || [(y - 0.15).abs(), (y - 0.9).abs()].iter().any(|off| *off < 0.006) && (left..0.8).contains(&x);
        edge && dx >= 0.0 && dy >= 0.0
    };
    // Apart from the digit, and touching it.
    for left in [0.2, 0.275] {
        let boxed = picture(300, |x, y| grey(if frame(x, y, left) || seven(x, y, 0.06) > 0.0 { 40.0 } else { 240.0 }));
        assert_same_seven("box", 300, &boxed);
    }
}

#[test]
fn a_zero_is_no_box() {
    // A ring, and a dot in it.
    let zero = picture(300, |x, y| {
        let off = ((x - 0.5) / 0.2).hypot((y - 0.5) / 0.3);
        grey(if (0.85..1.15).contains(&off) || off < 0.1 { 30.0 } else { 240.0 })
    });
    let [_, _, width, height] = read(300, &zero).found.bounds;
    assert!((130..150).contains(&width) && (195..215).contains(&height), "{width} {height}");
}

#[test]
fn color_alone_parts_ink_from_ground() {
    // 0.299 · 200 = 0.587 · 102: red and green of one luma.
    let colors = picture(300, |x, y| if seven(x, y, 0.06) > 0.0 { [200, 0, 0] } else { [0, 102, 0] });
    assert_same_seven("red on green", 300, &colors);
    let colors = picture(300, |x, y| if seven(x, y, 0.06) > 0.0 { [250, 220, 40] } else { [40, 60, 200] });
    assert_same_seven("yellow on blue", 300, &colors);
}

#[test]
fn a_hairline_is_drawn_with_a_pen_as_wide_as_the_models_know() {
    let hairline = read(800, &picture(800, |x, y| grey(250.0 - 220.0 * seven(x, y, 1.3 / 800.0)))).image;
    let drawn = crate::ink::render(&crate::protocol::Drawing {
        strokes: vec![crate::protocol::Stroke {
            points: [(0.3, 0.25), (0.7, 0.25), (0.45, 0.8)].map(|(x, y)| crate::protocol::Point::new(x, y)).to_vec(),
        }],
    })
    .unwrap();
    assert!(difference(&hairline, &drawn) < 0.12, "{}", difference(&hairline, &drawn));
}

#[test]
fn a_marker_is_made_thinner() {
    let marker = read(300, &picture(300, |x, y| grey(240.0 - 200.0 * seven(x, y, 0.22)))).image;
    let pen = read(300, &picture(300, |x, y| grey(240.0 - 200.0 * seven(x, y, 0.11)))).image;
    assert!(marker.mass() < 1.25 * pen.mass(), "{} {}", marker.mass(), pen.mass());
}

#[test]
fn a_pen_that_runs_dry_draws_one_line() {
    let dry = picture(300, |x, y| {
        let gap = (x * 40.0).fract() < 0.25 || (y * 23.0).fract() < 0.12;
        grey(if seven(x, y, 0.06) > 0.0 && !gap { 40.0 } else { 240.0 })
    });
    let image = read(300, &dry).image;
    let off = difference(&image, &plain().image);
    assert!(off < 0.4, "{off}");
    // No gap is left in the bar and in the stem.
    assert!((8..20).all(|x| (4..12).any(|y| image.at(x, y) > 0.6)), "{:?}", image.to_bytes());
    assert!((8..24).all(|y| (4..24).any(|x| image.at(x, y) > 0.6)), "{:?}", image.to_bytes());
}

#[test]
fn empty_paper_is_nothing() {
    let mut random = SeededRng::new(8);
    for (name, light) in [("lamp", 0.5), ("edge", 0.0), ("even", 0.0)] {
        let mut paper = picture(300, |x, y| {
            let shadow = if name == "edge" && x + y > 1.1 { 0.65 } else { 1.0 };
            grey(235.0 * shadow * (1.0 - light * (0.7 * x + 0.3 * y)))
        });
        for pixel in paper.chunks_mut(4) {
            let by = random.within(8.0);
            pixel[..3].iter_mut().for_each(|channel| *channel = (f32::from(*channel) + by).clamp(0.0, 255.0) as u8);
        }
        assert_eq!(read_picture(300, 300, &paper), Err(PhotoError::Flat), "{name}");
    }
}

#[test]
fn a_large_picture_is_read_as_a_small_one() {
    let large = picture(2_100, |x, y| grey(240.0 - 200.0 * seven(x, y, 0.06)));
    assert_same_seven("large", 2_100, &large);
    let [left, _, width, _] = read(2_100, &large).found.bounds;
    let [small_left, _, small_width, _] = plain().found.bounds;
    assert!(left.abs_diff(7 * small_left) < 12 && width.abs_diff(7 * small_width) < 16, "{left} {width}");
}

#[test]
fn the_image_of_a_box_shows_that_box_alone() {
    // Two bars, one as wide as the other is high.
    let two = picture(200, |x, y| {
        let bar = (0.1..0.2).contains(&x) && (0.2..0.8).contains(&y);
        grey(if bar || (0.4..0.9).contains(&x) && (0.45..0.55).contains(&y) { 20.0 } else { 240.0 })
    });
    let map = photo_ink(200, 200, &two).unwrap();
    assert_eq!((map.width, map.height, map.scale), (200, 200, 1.0));
    let upright = fit_image(&map, InkBounds { left: 20, top: 40, width: 20, height: 120 });
    let lying = fit_image(&map, InkBounds { left: 80, top: 90, width: 100, height: 20 });
    assert!(upright.at(14, 5) > 0.5 && upright.at(5, 14) < 0.1);
    assert!(lying.at(5, 14) > 0.5 && lying.at(14, 5) < 0.1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_picture_panics(w in 1u32..150, h in 1u32..150, seed in any::<u64>(), levels in 1u64..5, coarse in 1usize..40) {
        let mut random = SeededRng::new(seed);
        let cells: Vec<[u8; 4]> = (0..22_500)
            .map(|_| std::array::from_fn(|_| (random.bits() % levels * 255 / levels.max(2).saturating_sub(1)) as u8))
            .collect();
        let rgba: Vec<u8> = (0..(w * h) as usize)
            .flat_map(|i| {
                let (x, y) = (i % w as usize / coarse, i / w as usize / coarse);
                cells[(y * 150 + x) % cells.len()]
            })
            .collect();
        if let Ok(read) = read_picture(w, h, &rgba) {
            prop_assert!(read.image.mass() > 0.0);
            let [left, top, width, height] = read.found.bounds;
            prop_assert!(left + width <= w && top + height <= h && width * height > 0);
            prop_assert!(read.image.values().len() == SIDE * SIDE);
        }
    }
}
