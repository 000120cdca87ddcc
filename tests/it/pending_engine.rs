//! What stands in for the WebGPU engine while `cargo xtask run` compiles it speaks the protocol.

use inkling::protocol::Reply;

const PLACEHOLDER: &str = include_str!("../../xtask/src/pending_engine.js");

#[test]
fn the_placeholder_reports_progress_as_an_engine_does() {
    let (_, rest) = PLACEHOLDER.split_once("reply: {").unwrap();
    let (fields, _) = rest.split_once('}').unwrap();
    let quoted = |field: &str| {
        let (name, value) = field.split_once(':').unwrap();
        format!("\"{}\": {}", name.trim(), value.trim().replace('\'', "\""))
    };
    let json = format!("{{{}}}", fields.split(',').map(quoted).collect::<Vec<_>>().join(", "));
    let reply: Reply = serde_json::from_str(&json).unwrap();
    assert!(matches!(reply, Reply::Progress { done: 0, total: 0, .. }), "{json}");
    assert!(!reply.is_final());
}
