//! The committed `digits` package: what is a digit, a number, no digit, or too little.

use inkling::{
    engine::Engine,
    host::NativeHost,
    protocol::{Classification, ClassifierInput, Detail, Drawing, EngineKind, Point, Reply, Request, Stroke, Verdict},
};

use super::engine::ask;

/// A stroke through corners, with a point about every four units.
fn stroke(corners: &[(f32, f32)]) -> Stroke {
    let mut points = vec![Point::new(corners[0].0, corners[0].1)];
    for pair in corners.windows(2) {
        let steps = ((pair[1].0 - pair[0].0).hypot(pair[1].1 - pair[0].1) / 4.0).ceil().max(1.0);
        points.extend((1..=steps as usize).map(|step| {
            let f = step as f32 / steps;
            Point::new(pair[0].0 + (pair[1].0 - pair[0].0) * f, pair[0].1 + (pair[1].1 - pair[0].1) * f)
        }));
    }
    Stroke { points }
}

fn ring(x: f32, y: f32, wide: f32, high: f32) -> Stroke {
    let at = |i: usize| {
        let angle = std::f32::consts::TAU * i as f32 / 40.0 - 1.5;
        Point::new(x + wide * angle.cos(), y + high * angle.sin())
    };
    Stroke { points: (0..=40).map(at).collect() }
}

fn read(strokes: Vec<Stroke>) -> Classification {
    let models = concat!(env!("CARGO_MANIFEST_DIR"), "/models");
    let engine = pollster::block_on(Engine::start(EngineKind::Cpu, NativeHost::new(models), || ())).unwrap();
    ask(&engine, 1, Request::Load { model: "digits".into() });
    let input = ClassifierInput::Drawing(Drawing { strokes });
    let request = Request::Classify { model: "digits".into(), input, layers: Detail::Answer };
    match ask(&engine, 2, request).pop() {
        Some(Reply::Classified(answer)) => *answer,
        other => panic!("{other:?}"),
    }
}

fn four(x: f32) -> Vec<Stroke> {
    vec![stroke(&[(x + 20.0, 60.0), (x, 130.0), (x + 60.0, 130.0)]), stroke(&[(x + 48.0, 75.0), (x + 46.0, 180.0)])]
}

fn two(x: f32) -> Stroke {
    stroke(&[
        (x, 90.0),
        (x + 8.0, 70.0),
        (x + 28.0, 60.0),
        (x + 50.0, 70.0),
        (x + 54.0, 92.0),
        (x + 40.0, 120.0),
        (x, 175.0),
        (x + 62.0, 176.0),
    ])
}

fn one(x: f32) -> Stroke {
    stroke(&[(x, 60.0), (x + 2.0, 178.0)])
}

#[test]
fn numbers_are_read_with_a_box_around_each_digit() {
    let cases = [
        ("42", [four(40.0), vec![two(150.0)]].concat()),
        ("10", vec![one(60.0), ring(150.0, 120.0, 34.0, 58.0)]),
        ("11", vec![one(80.0), one(150.0)]),
        ("2401", [vec![two(10.0)], four(100.0), vec![ring(215.0, 120.0, 30.0, 58.0), one(275.0)]].concat()),
    ];
    for (number, strokes) in cases {
        let answer = read(strokes);
        assert_eq!((answer.verdict, answer.number.as_deref()), (Verdict::Number, Some(number)));
        assert_eq!(answer.parts.len(), number.len());
        let lefts: Vec<f32> = answer.parts.iter().map(|part| part.bounds[0]).collect();
        assert!(lefts.is_sorted(), "{lefts:?}");
        for part in &answer.parts {
            assert!((part.probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-4);
            assert!(part.digit_probability > 0.5);
        }
    }
}

#[test]
fn a_digit_of_several_strokes_is_one_digit() {
    let seven = vec![stroke(&[(90.0, 60.0), (190.0, 62.0), (130.0, 200.0)]), stroke(&[(110.0, 130.0), (175.0, 128.0)])];
    for (digit, strokes) in [(4, four(100.0)), (7, seven)] {
        let answer = read(strokes);
        assert_eq!((answer.verdict, answer.digit, answer.number), (Verdict::Digit, digit, None));
        assert!(answer.digit_probability.is_some_and(|share| share > 0.5));
    }
}

#[test]
fn letters_and_scribbles_are_no_digit() {
    let scribble = (0..50).map(|i| {
        let t = i as f32;
        (140.0 + 80.0 * (t * 1.9).sin() * ((i * 3) % 7) as f32 / 7.0, 140.0 + 80.0 * (t * 2.6).cos())
    });
    let cases = [
        ("A", vec![stroke(&[(80.0, 220.0), (140.0, 60.0), (200.0, 220.0)]), stroke(&[(104.0, 162.0), (178.0, 160.0)])]),
        ("M", vec![stroke(&[(70.0, 215.0), (82.0, 75.0), (140.0, 165.0), (196.0, 72.0), (212.0, 215.0)])]),
        ("a scribble", vec![stroke(&scribble.collect::<Vec<_>>())]),
    ];
    for (name, strokes) in cases {
        let answer = read(strokes);
        assert_eq!(answer.verdict, Verdict::NotADigit, "{name}: {:?} {:?}", answer.number, answer.digit_probability);
        // The nearest digit is there for whoever wants it.
        assert_eq!(answer.probabilities.len(), 10);
    }
}

#[test]
fn taps_are_too_little() {
    let tap = |x: f32, y: f32| Stroke { points: vec![Point::new(x, y)] };
    assert_eq!(read(vec![tap(140.0, 140.0)]).verdict, Verdict::TooLittle);
    assert_eq!(read(vec![tap(90.0, 90.0), tap(190.0, 92.0), tap(92.0, 190.0)]).verdict, Verdict::TooLittle);
}
