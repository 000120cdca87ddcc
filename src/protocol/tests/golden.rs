//! The names on the wire: `tests/golden/messages.json` holds the messages as the build of commit 158d3c3 wrote them. Another page, and an
//! engine that a browser has kept, know these names; whoever changes one raises [`PROTOCOL_VERSION`].

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::super::*;
use super::examples::{expected, ready, replies, requests, words};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/messages.json");
const JOB: JobId = JobId(7);

fn golden(part: &str) -> Map<String, Value> {
    let text = std::fs::read(GOLDEN).expect("the file is there");
    let mut parts: Value = serde_json::from_slice(&text).expect("it is JSON");
    let Value::Object(messages) = parts[part].take() else { panic!("no {part}") };
    messages
}

/// The names of the examples, each once.
fn names<'a>(examples: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<String> = examples.map(str::to_owned).collect();
    names.sort();
    names
}

/// The types of the messages, in the field that holds one.
fn types(messages: &Map<String, Value>, field: &str) -> BTreeSet<String> {
    messages.values().filter_map(|message| message[field]["type"].as_str()).map(str::to_owned).collect()
}

/// The types that serde knows.
fn known<T: serde::de::DeserializeOwned + std::fmt::Debug>() -> BTreeSet<String> {
    expected::<T>(json!({ "type": "?" })).iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[test]
fn requests_keep_their_names() {
    let golden = golden("requests");
    assert_eq!(names(requests().iter().map(|(name, _)| *name)), names(golden.keys().map(String::as_str)));
    assert_eq!(types(&golden, "request"), known::<Request>(), "a request without an example");
    for (name, request) in requests() {
        let message = ClientMessage { job: JOB, request };
        assert_eq!(serde_json::to_value(&message).expect("serializes"), golden[name], "{name}");
        let read = serde_json::from_value::<ClientMessage>(golden[name].clone());
        assert_eq!(read.unwrap_or_else(|error| panic!("{name}: {error}")), message, "{name}");
    }
}

#[test]
fn replies_keep_their_names() {
    let mut golden = golden("replies");
    // The names that were added since.
    golden["ready"]["reply"]["protocol"] = PROTOCOL_VERSION.into();
    let mut tried = golden["loaded"].clone();
    tried["reply"]["model"]["name"] = "mine-1".into();
    tried["reply"]["model"]["metrics"] = json!([]);
    tried["reply"]["trial"] = json!({ "right": 97, "total": 1_000, "notes": ["fc1.weight was turned"] });
    golden.insert("loaded after a trial".into(), tried);
    assert_eq!(names(replies().iter().map(|(name, _)| *name)), names(golden.keys().map(String::as_str)));
    assert_eq!(types(&golden, "reply"), known::<Reply>(), "a reply without an example");
    for (name, reply) in replies() {
        let message = EngineMessage { job: JOB, reply };
        assert_eq!(serde_json::to_value(&message).expect("serializes"), golden[name], "{name}");
        let read = serde_json::from_value::<EngineMessage>(golden[name].clone());
        assert_eq!(read.unwrap_or_else(|error| panic!("{name}: {error}")), message, "{name}");
    }
}

#[test]
fn words_keep_their_names() {
    let golden = golden("words");
    assert_eq!(names(words().iter().map(|(name, _)| *name)), names(golden.keys().map(String::as_str)));
    for (name, values) in words() {
        assert_eq!(Value::Array(values), golden[name], "{name}");
    }
}

#[test]
fn what_a_checkpoint_is_found_by_keeps_its_text() {
    // The engine finds the checkpoint of a learning by a hash of this text, in which the order of the fields counts too.
    let text = |request: &Request| match request {
        Request::Learn(ask) => Some(serde_json::to_string(&("00ff", &ask.plan, &ask.lesson)).expect("serializes")),
        _ => None,
    };
    let texts: Map<String, Value> =
        requests().iter().filter_map(|(name, request)| Some(((*name).to_owned(), text(request)?.into()))).collect();
    assert_eq!(texts, golden("hashed"));
}

#[test]
fn an_engine_that_names_no_protocol_is_understood() {
    let old = golden("replies")["ready"].take();
    assert_eq!(old["reply"].get("protocol"), None);
    let Reply::Ready { version, engine, .. } = ready() else { panic!("it is ready") };
    let read: EngineMessage = serde_json::from_value(old).expect("reads");
    assert_eq!(read, EngineMessage { job: JOB, reply: Reply::Ready { version, protocol: 0, engine } });
}
