//! Every message that the page may send, with any part of it exchanged: always read or refused under its own job, never a panic.

use futures_util::FutureExt;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::protocol::JobId;

fn golden() -> Map<String, Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/messages.json");
    let mut parts: Value =
        serde_json::from_slice(&std::fs::read(path).expect("the file is there")).expect("it is JSON");
    let Value::Object(requests) = parts["requests"].take() else { panic!("no requests") };
    requests
}

fn read(value: impl Into<MessageValue>) -> Result<ClientMessage, MessageFault> {
    read_message(value.into(), &mut async || ()).now_or_never().expect("a pause that is none ends at once")
}

fn told(value: Value) -> String {
    read(value).expect_err("refused").to_string()
}

/// What is put in the place of a part.
fn hostile() -> Vec<Value> {
    let mut deep = json!(1);
    for _ in 0..12 {
        deep = json!([deep]);
    }
    vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(1e300),
        json!(4_294_967_296_u64),
        json!(9_007_199_254_740_992_u64),
        json!(u64::MAX),
        json!(""),
        json!("drawing"),
        json!("x".repeat(100)),
        json!([]),
        json!({}),
        json!([1]),
        json!([1, 2, 3]),
        json!(["a"]),
        json!([[1, 2]]),
        json!([null]),
        json!({ "type": "drawing" }),
        json!({ "type": 3 }),
        json!({ "type": "texts", "samples": [{}] }),
        deep,
    ]
}

/// The path of every part of a message.
fn paths(value: &Value, path: &str, found: &mut Vec<String>) {
    let mut go = |step: String, value: &Value| {
        found.push(format!("{path}/{step}"));
        paths(value, &format!("{path}/{step}"), found);
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| go(name.clone(), value)),
        Value::Array(elements) => elements.iter().enumerate().for_each(|(index, value)| go(index.to_string(), value)),
        _ => {}
    }
}

fn remove(message: &mut Value, path: &str) {
    let (outer, name) = path.rsplit_once('/').expect("a path");
    match message.pointer_mut(outer) {
        Some(Value::Object(fields)) => drop(fields.remove(name)),
        Some(Value::Array(elements)) => drop(elements.remove(name.parse().expect("an index"))),
        _ => {}
    }
}

#[test]
fn good_messages_are_read_as_the_types_read_them() {
    for (name, message) in golden() {
        let expected: ClientMessage = serde_json::from_value(message.clone()).expect("it is a message");
        assert_eq!(read(message).as_ref(), Ok(&expected), "{name}");
    }
}

#[test]
fn a_fault_names_its_field_and_the_job_is_known() {
    let mut tried = 0;
    for (name, message) in golden() {
        let mut parts = Vec::new();
        paths(&message, "", &mut parts);
        for path in parts {
            let mut changed: Vec<Value> = hostile()
                .into_iter()
                .map(|part| {
                    let mut message = message.clone();
                    *message.pointer_mut(&path).expect("the path is there") = part;
                    message
                })
                .collect();
            let mut less = message.clone();
            remove(&mut less, &path);
            changed.push(less);
            for message in changed {
                tried += 1;
                let value = MessageValue::from(message.clone());
                assert!(path == "/job" || job_of(&value) == Some(JobId(7)), "{name} {path}");
                let Err(fault) = read(value) else { continue };
                let field = path.strip_prefix("/request/").unwrap_or_default();
                let first = field.split('/').next().unwrap_or_default();
                let words = fault.to_string();
                match fault {
                    MessageFault::Envelope(_) => {
                        assert!(
                            ["/job", "/request", "/request/type"].contains(&path.as_str()),
                            "{name} {path}: {words}"
                        );
                    }
                    MessageFault::UnknownRequest(_) => {
                        assert!(path == "/request" || field == "type", "{path}: {words}")
                    }
                    MessageFault::Lacks { field: found, .. } | MessageFault::Field { field: found, .. } => {
                        // A request of another type lacks other fields.
                        assert!(path == "/request" || field == "type" || found.starts_with(first), "{path}: {words}");
                    }
                    other => panic!("{name}, {path} of {message}: not told by field: {other}"),
                }
            }
        }
    }
    assert!(tried > 4_000, "{tried}");
}

#[test]
fn faults_are_told_in_words() {
    let classify = || golden()["classify a drawing"].clone();
    let mut message = classify();
    remove(&mut message, "/request/input/strokes");
    assert_eq!(told(message), "the request `classify` lacks `input.strokes`");
    assert_eq!(told(json!({ "job": 3, "request": { "type": "x" } })), "unknown request `x`");
    // Fields that older messages lack.
    for (name, field) in [("summarize", "context"), ("learn texts", "checkpoint")] {
        let mut message = golden()[name].clone();
        message["request"][field] = json!(null);
        assert!(read(message.clone()).is_ok(), "{name}");
        message["request"][field] = json!(5);
        assert!(told(message).starts_with(&format!("`{field}` of the request ")), "{name}");
    }
    let mut message = classify();
    message["request"]["input"]["strokes"][0]["points"][1]["x"] = json!("far");
    assert_eq!(
        told(message),
        "`input.strokes[0].points[1].x` of the request `classify` is the text \"far\", but should be a number"
    );
    let mut message = classify();
    message["request"]["layers"] = json!(true);
    let words = told(message);
    assert_eq!(words, "`layers` of the request `classify` is true, but should be one of `answer`, `layers`");
    let mut message = golden()["learn texts"].clone();
    let sample = message["request"]["lesson"]["samples"][0].clone();
    message["request"]["lesson"]["samples"] = json!([sample, { "text": "It rained.", "kind": "headline" }]);
    assert_eq!(told(message), "the request `learn` lacks `lesson.samples[1].summary`");
    for envelope in [json!(null), json!([]), json!({}), json!({ "job": 1 }), json!({ "job": -1, "request": {} })] {
        assert!(matches!(read(envelope.clone()), Err(MessageFault::Envelope(_))), "{envelope}");
    }
    let mut message = golden()["summarize"].clone();
    message["request"]["shortness"] = json!(101);
    assert!(told(message).contains("101 is no shortness"));
}

#[test]
fn a_canvas_s_arrays_are_taken() {
    let mut message = MessageValue::from(golden()["classify a picture"].clone());
    let input = message.get_mut("request").and_then(|request| request.get_mut("input")).expect("it is there");
    let pixels = vec![0, 1, 2, 3, 252, 253, 254, 255];
    let list = input.get_mut("rgba").map(|rgba| std::mem::replace(rgba, MessageValue::Bytes(pixels)));
    let by_bytes = read(message.clone());
    assert!(by_bytes.is_ok(), "{by_bytes:?}");
    for other in [list.expect("it was there"), MessageValue::Numbers(vec![0., 1., 2., 3., 252., 253., 254., 255.])] {
        let input = message.get_mut("request").and_then(|request| request.get_mut("input")).expect("it is there");
        *input.get_mut("rgba").expect("it is there") = other;
        assert_eq!(read(message.clone()), by_bytes);
    }
}

#[test]
fn points_may_be_one_array() {
    let drawing = |points: MessageValue| {
        let mut message = MessageValue::from(golden()["classify a drawing"].clone());
        let input = message.get_mut("request").and_then(|request| request.get_mut("input")).expect("it is there");
        let stroke = MessageValue::Object(vec![(MessageValue::name("points"), points)]);
        *input.get_mut("strokes").expect("it is there") = MessageValue::List(vec![stroke]);
        read(message)
    };
    let expected = drawing(json!([{ "x": 1.5, "y": -2.0 }, { "x": 3, "y": 4 }]).into());
    assert!(expected.is_ok(), "{expected:?}");
    assert_eq!(drawing(MessageValue::Numbers(vec![1.5, -2.0, 3.0, 4.0])), expected);
    assert_eq!(drawing(json!([1.5, -2.0, 3, 4]).into()), expected);
    assert_eq!(drawing(json!([[1.5, -2.0], [3, 4]]).into()), expected);
    let odd = drawing(MessageValue::Numbers(vec![1.0])).expect_err("an x without its y").to_string();
    assert!(odd.starts_with("`input.strokes[0].points` of the request `classify` is an array of numbers"), "{odd}");
}

#[test]
fn a_long_message_is_read_in_pieces() {
    for (strokes, least) in [(100, 0), (20_000, 10), (200_000, 100)] {
        let mut message = golden()["classify a drawing"].clone();
        message["request"]["input"]["strokes"] = vec![json!({ "points": [] }); strokes].into();
        let mut pauses = 0;
        let mut pause = async || pauses += 1;
        let read = read_message(message.into(), &mut pause).now_or_never().expect("ends").expect("it is a message");
        let Request::Classify { input: ClassifierInput::Drawing(drawing), .. } = read.request else {
            panic!("another")
        };
        assert_eq!(drawing.strokes.len(), strokes);
        assert!(pauses >= least && pauses <= 3 * least, "{strokes} strokes: {pauses} pauses");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: std::env::var("INKLING_FUZZ_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(256),
        ..ProptestConfig::default()
    })]

    /// Up to four parts exchanged, by values of this list or by parts of other messages.
    #[test]
    fn whatever_comes_is_answered(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>()), 1..5),
    ) {
        let messages: Vec<Value> = golden().into_values().collect();
        let mut message = which.get(&messages).clone();
        for (place, what, how) in changes {
            let mut parts = Vec::new();
            paths(&message, "", &mut parts);
            parts.retain(|path| path != "/job");
            if parts.is_empty() {
                break;
            }
            let path = place.get(&parts).clone();
            let other = what.get(&messages);
            let mut others = Vec::new();
            paths(other, "", &mut others);
            match how % 4 {
                0 => remove(&mut message, &path),
                1 => *message.pointer_mut(&path).expect("it is there") = what.get(&hostile()).clone(),
                2 => {
                    let path_there: &String = what.get(&others);
                    let part = other.pointer(path_there).cloned().unwrap_or_default();
                    *message.pointer_mut(&path).expect("it is there") = part;
                }
                _ => if let Some(Value::Array(elements)) = message.pointer_mut(&path) {
                    let all = elements.clone();
                    elements.extend(all);
                },
            }
        }
        let value = MessageValue::from(message);
        prop_assert_eq!(job_of(&value), Some(JobId(7)));
        match read(value) {
            Ok(message) => prop_assert_eq!(message.job, JobId(7)),
            Err(fault) => prop_assert!(!fault.to_string().is_empty()),
        }
    }
}
