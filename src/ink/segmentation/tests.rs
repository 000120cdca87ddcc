use super::*;
use crate::{
    ink::InkMap,
    protocol::{Drawing, Point, Stroke},
};

fn stroke(points: &[(f32, f32)]) -> Stroke {
    Stroke { points: points.iter().map(|(x, y)| Point::new(*x, *y)).collect() }
}

fn drawing(strokes: &[&[(f32, f32)]]) -> Drawing {
    Drawing { strokes: strokes.iter().map(|points| stroke(points)).collect() }
}

/// The left edges of the pieces that are best when each box has the score that `score` gives it.
fn parts(segmentation: &Segmentation, score: impl Fn(&InkBox) -> f32) -> Option<Vec<f32>> {
    let scores: Vec<f32> = segmentation.pieces.iter().map(|piece| score(&piece.bounds)).collect();
    let (chosen, _) = segmentation.best(&scores)?;
    Some(chosen.into_iter().map(|index| segmentation.pieces[index].bounds[0]).collect())
}

#[test]
fn two_strokes_apart_are_two_pieces() {
    let eleven =
        Segmentation::of_drawing(&drawing(&[&[(10.0, 0.0), (10.0, 90.0)], &[(60.0, 0.0), (60.0, 90.0)]])).unwrap();
    assert_eq!((eleven.atoms, eleven.pieces.len()), (2, 2));
    assert_eq!(parts(&eleven, |_| -0.1), Some(vec![10.0, 60.0]));
    assert!(!eleven.dots_only);
}

#[test]
fn the_bar_of_a_seven_stays_with_it_where_that_reads_better() {
    // A 7 with a bar, and a 1 beside it.
    let seven: &[(f32, f32)] = &[(0.0, 0.0), (50.0, 0.0), (20.0, 100.0)];
    let drawn = drawing(&[seven, &[(90.0, 0.0), (90.0, 100.0)], &[(10.0, 50.0), (48.0, 50.0)]]);
    let segmentation = Segmentation::of_drawing(&drawn).unwrap();
    // The bar alone is too low to be a digit at all.
    assert!(segmentation.pieces.iter().all(|piece| piece.bounds[3] - piece.bounds[1] >= 40.0));
    assert_eq!(parts(&segmentation, |_| -0.1), Some(vec![0.0, 90.0]));
}

#[test]
fn digits_that_touch_are_parted_where_they_read_better_alone() {
    // A 1, and two more whose strokes touch at the top and at the bottom.
    let bowed: &[(f32, f32)] = &[(100.0, 0.0), (80.0, 50.0), (100.0, 100.0)];
    let drawn = drawing(&[&[(0.0, 0.0), (0.0, 100.0)], bowed, &[(101.0, 0.0), (101.0, 100.0)]]);
    let segmentation = Segmentation::of_drawing(&drawn).unwrap();
    assert!(segmentation.whole_strokes && segmentation.seams[2] >= 1.0, "{:?}", segmentation.seams);
    let joined = |bounds: &InkBox| bounds[2] - bounds[0] > 20.5;
    assert_eq!(parts(&segmentation, |bounds| if joined(bounds) { -0.9 } else { -0.15 }), Some(vec![0.0, 80.0, 101.0]));
    // In the sum that tells whether there is a number, the seam counts in full.
    let scores = vec![-0.1; segmentation.pieces.len()];
    let (chosen, sum) = segmentation.best(&scores).unwrap();
    assert!(chosen.len() == 3 && sum < -1.0, "{chosen:?} {sum}");
}

#[test]
fn taps_are_dots_only() {
    let taps = drawing(&[&[(140.0, 140.0)], &[(90.0, 90.0), (91.0, 91.0)]]);
    assert!(Segmentation::of_drawing(&taps).unwrap().dots_only);
    assert!(!Segmentation::of_drawing(&drawing(&[&[(0.0, 0.0), (0.0, 11.0)]])).unwrap().dots_only);
}

#[test]
fn a_drawing_of_one_stroke_has_no_pieces() {
    let one = Segmentation::of_drawing(&drawing(&[&[(10.0, 0.0), (10.0, 90.0)]])).unwrap();
    assert_eq!((one.atoms, one.pieces.len(), one.best(&[])), (1, 0, None));
}

#[test]
fn a_stroke_that_is_two_digits_is_cut() {
    // Two ones whose feet are joined.
    let joined = drawing(&[&[(0.0, 0.0), (0.0, 90.0), (110.0, 90.0), (110.0, 0.0)]]);
    let segmentation = Segmentation::of_drawing(&joined).unwrap();
    assert!(segmentation.atoms >= 2, "{}", segmentation.atoms);
    let found = parts(&segmentation, |bounds| bounds[0] - bounds[2]).unwrap();
    assert!(found.len() >= 2);
}

#[test]
fn connected_ink_of_a_picture_is_parted() {
    let (width, height) = (120, 60);
    let mut strength = vec![0.0; width * height];
    // Two bars, a gap within the second, and a speck.
    for y in 5..55 {
        for x in (20..26).chain((80..86).filter(|_| !(28..31).contains(&y))) {
            strength[y * width + x] = 1.0;
        }
    }
    strength[40 * width + 30] = 1.0;
    let map =
        InkMap { width, height, strength, scale: 2.0, polarity: crate::protocol::Polarity::DarkOnLight, threshold: 0 };
    let segmentation = Segmentation::of_picture(&map).unwrap();
    assert_eq!(segmentation.atoms, 3);
    // Half a bar is high enough to be a digit, so that it is the reader who joins the two.
    let whole_bars = parts(&segmentation, |bounds| if bounds[3] - bounds[1] > 80.0 { -0.1 } else { -2.0 });
    assert_eq!(whole_bars, Some(vec![40.0, 160.0]));
}

#[test]
fn ink_in_a_hundred_strokes_is_no_number() {
    let line = |i: usize| stroke(&[(i as f32 * 9.0, 0.0), (i as f32 * 9.0, 90.0)]);
    let hatching = Drawing { strokes: (0..100).map(line).collect() };
    assert!(Segmentation::of_drawing(&hatching).unwrap().pieces.is_empty());
}
