//! The fields of every request, by which it is told what is wrong with one. The types themselves decide whether a message is taken; a
//! test holds this table to them.

use super::{
    fault::MessageFault,
    field_kind::{Field, FieldFault, FieldKind, fields_fault},
    value::{MessageValue, job_of},
};
use FieldKind::{Bytes, List, Number, Object, OneOf, Points, Some as Exactly, Tagged, Text, Whole};

const U32: FieldKind = Whole(u32::MAX as u64);

const POINT: &[Field] = &[
    Field::needed("x", Number),
    Field::needed("y", Number),
    Field::optional("t", Number),
    // It may be null.
    Field::optional("pressure", FieldKind::OptionalNumber),
];
const STROKE: FieldKind = Object(&[Field::needed("points", Points(POINT))]);
const DRAWING: &[Field] = &[Field::needed("strokes", List(&STROKE))];
const PICTURE: &[Field] = &[Field::needed("width", U32), Field::needed("height", U32), Field::needed("rgba", Bytes)];
const IMAGE: &[Field] = &[Field::needed("width", U32), Field::needed("height", U32), Field::needed("pixels", Bytes)];
const INPUT: FieldKind = Tagged(&[("drawing", DRAWING), ("picture", PICTURE), ("image", IMAGE)]);
const KIND: FieldKind = OneOf(&["headline", "tldr", "key-points", "teaser", "sentence"]);
const LENGTH: FieldKind = OneOf(&["short", "medium", "long"]);
const OPTIMIZER: FieldKind = OneOf(&["sgd", "momentum", "adam", "adam-w"]);
const MODEL: Field = Field::needed("model", Text);
const TARGET: Field = Field::needed("target", U32);
const DIGIT_SAMPLE: FieldKind = Object(&[Field::needed("label", Whole(255)), Field::needed("input", INPUT)]);
const TEXT_SAMPLE: FieldKind = Object(&[
    Field::needed("text", Text),
    Field::needed("kind", KIND),
    Field::optional("length", LENGTH),
    Field::needed("summary", Text),
]);
const LESSON: FieldKind = Tagged(&[
    ("digits", &[Field::needed("samples", List(&DIGIT_SAMPLE))]),
    ("texts", &[Field::needed("samples", List(&TEXT_SAMPLE))]),
]);
const PLAN: FieldKind = Object(&[
    Field::needed("layers", OneOf(&["end-to-end", "top", "layered"])),
    Field::needed("optimizer", OPTIMIZER),
    Field::needed("rate", Number),
    Field::needed("epochs", U32),
]);
const WAY: Field = Field::needed("way", OneOf(&["end-to-end", "layered"]));
const HIDE: FieldKind =
    Tagged(&[("pixels", &[Field::needed("share", Number)]), ("stroke", &[Field::needed("width", Number)])]);
const AMOUNT: FieldKind =
    FieldKind::OptionalTagged(&[("points", &[Field::needed("count", U32)]), ("words", &[Field::needed("count", U32)])]);

/// The requests by their types.
pub(super) const REQUESTS: &[(&str, &[Field])] = &[
    ("start", &[Field::optional("version", Text), Field::needed("models", Text)]),
    ("catalogue", &[]),
    ("load", &[MODEL]),
    ("classify", &[MODEL, Field::needed("input", INPUT), Field::needed("layers", OneOf(&["answer", "layers"]))]),
    (
        "summarize",
        &[
            MODEL,
            Field::needed("text", Text),
            Field::needed("kind", KIND),
            Field::needed("length", LENGTH),
            Field::optional("amount", AMOUNT),
            Field::optional("included", List(&Exactly(2, &U32))),
            Field::optional("shortness", Number),
            Field::optional("context", FieldKind::OptionalText),
        ],
    ),
    ("time", &[MODEL, Field::needed("runs", U32)]),
    ("install", &[Field::needed("name", Text), Field::needed("package", Bytes)]),
    (
        "learn",
        &[
            MODEL,
            Field::needed("title", Text),
            Field::needed("lesson", LESSON),
            Field::needed("plan", PLAN),
            Field::needed("from", OneOf(&["start", "checkpoint"])),
            Field::optional("checkpoint", FieldKind::OptionalText),
        ],
    ),
    ("measure", &[MODEL, Field::needed("lesson", LESSON)]),
    (
        "lab",
        &[
            Field::needed("optimizer", OPTIMIZER),
            Field::needed("rate", Number),
            Field::needed("epochs", U32),
            Field::needed("images", U32),
            Field::needed("ending", OneOf(&["frozen", "together"])),
            Field::needed("seed", U32),
        ],
    ),
    ("missing", &[WAY, Field::needed("hide", HIDE)]),
    ("hold", &[TARGET, Field::needed("rest", OneOf(&["hold", "go-on"]))]),
    ("finish", &[TARGET]),
    ("cancel", &[TARGET]),
];

/// What is wrong with a message, by the table.
pub(super) fn fault(message: &MessageValue) -> Option<MessageFault> {
    if !matches!(message, MessageValue::Object(_)) {
        return Some(MessageFault::Envelope("it is no object with `job` and `request`"));
    }
    if job_of(message).is_none() {
        return Some(MessageFault::Envelope("its `job` is no whole number from 0 to 4294967295"));
    }
    let Some(request) = message.get("request") else { return Some(MessageFault::Envelope("it lacks `request`")) };
    if !matches!(request, MessageValue::Object(_)) {
        return Some(MessageFault::Envelope("its `request` is no object"));
    }
    let Some(name) = request.get("type") else { return Some(MessageFault::Envelope("its `request` lacks `type`")) };
    let Some(name) = name.as_text() else {
        return Some(MessageFault::Envelope("the `type` of its `request` is no text"));
    };
    let Some((_, fields)) = REQUESTS.iter().find(|(known, _)| *known == name) else {
        return Some(MessageFault::UnknownRequest(name.chars().take(40).collect()));
    };
    fields_fault(fields, request, "").map(|fault| told(name, fault))
}

/// What is wrong with an element of a request's long list, which stands at a path; `kind` is the type of what has the list.
pub(super) fn element_fault(request: &str, kind: &str, path: &str, element: &MessageValue) -> Option<MessageFault> {
    let elements = match kind {
        "drawing" => &STROKE,
        "digits" => &DIGIT_SAMPLE,
        "texts" => &TEXT_SAMPLE,
        _ => return None,
    };
    elements.fault(element, path).map(|fault| told(request, fault))
}

fn told(request: &str, FieldFault { path: field, wrong }: FieldFault) -> MessageFault {
    let request = request.to_owned();
    match wrong {
        None => MessageFault::Lacks { request, field },
        Some([found, wanted]) => MessageFault::Field { request, field, found, wanted },
    }
}
