//! HTML of the clipboard, taken apart by the browser's own parser. Nothing of it is shown, loaded or run.

use wasm_bindgen::JsCast;
use web_sys::{DomParser, Element, Node, SupportedType};

use crate::app::model::summaries::pasted_html::HtmlPiece;

/// The pieces of HTML, in the order of the source; none where the browser cannot parse it.
pub fn html_pieces(html: &str) -> Vec<HtmlPiece> {
    let document = DomParser::new().and_then(|parser| parser.parse_from_string(html, SupportedType::TextHtml));
    let Some(root) = document.ok().and_then(|document| document.document_element()) else { return Vec::new() };
    let root: Node = root.into();
    let mut pieces = Vec::new();
    let mut node = Some(root.clone());
    // Down first, then on, then up: without recursion, since HTML may be nested deeply.
    while let Some(here) = node {
        match here.dyn_ref::<Element>() {
            Some(element) => pieces.push(HtmlPiece::Open(element.local_name())),
            None if here.node_type() == Node::TEXT_NODE => {
                pieces.push(HtmlPiece::Text(here.node_value().unwrap_or_default()));
            }
            None => {}
        }
        node = here.first_child().or_else(|| next_after(&here, &root, &mut pieces));
    }
    pieces
}

/// The node that follows one without children, or whose children are done. Closes every element that ends before it.
fn next_after(node: &Node, root: &Node, pieces: &mut Vec<HtmlPiece>) -> Option<Node> {
    let mut done = node.clone();
    loop {
        if let Some(element) = done.dyn_ref::<Element>() {
            pieces.push(HtmlPiece::Close(element.local_name()));
        }
        if done == *root {
            return None;
        }
        if let Some(next) = done.next_sibling() {
            return Some(next);
        }
        done = done.parent_node()?;
    }
}
