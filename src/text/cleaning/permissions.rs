//! What publishers print on the first page of a paper: who may copy it, how to cite it, its place in a classification.

use super::{
    blocks::BlockKind,
    lines::{Line, LineRole},
};
use crate::protocol::SkipReason;

/// Lines of such a block, at most.
const MOST_LINES: usize = 14;

/// A block of that kind, by what a line of it begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PrintedBlock {
    Permission,
    Citation,
    Concepts,
}

/// Finds such blocks.
pub(super) fn find(lines: &mut [Line]) {
    let mut part: Option<(PrintedBlock, usize)> = None;
    let mut whole = false;
    for line in lines.iter_mut() {
        if line.is_blank() {
            part = None;
            continue;
        }
        let open = matches!(
            line.role,
            LineRole::Undecided
                | LineRole::Shown { kind: BlockKind::Heading | BlockKind::Paragraph | BlockKind::ListItem, .. }
        );
        if let Some(begun) = begins(line.text) {
            part = Some((begun, 0));
            whole = false;
        } else if let Some((printed, length)) = part {
            let heading = matches!(line.role, LineRole::Shown { kind: BlockKind::Heading, .. });
            let goes_on = !heading && length < MOST_LINES && is_part(printed, line, whole, length);
            part = goes_on.then_some((printed, length + 1));
        }
        if part.is_some() {
            whole = line.ends_sentence();
            if open {
                line.skip(SkipReason::Notice);
            }
        }
    }
}

fn begins(text: &str) -> Option<PrintedBlock> {
    let lower = text.get(..text.floor_char_boundary(80))?.to_lowercase();
    let bare = lower.trim_start_matches(|c: char| !c.is_alphabetic());
    let starts = |starts: &[&str]| starts.iter().any(|start| bare.starts_with(start));
    if starts(&[
        "permission to make digital",
        "permission to copy without fee",
        "personal use of this material is permitted",
    ]) {
        Some(PrintedBlock::Permission)
    } else if starts(&["acm reference format", "reference format:", "recommended citation"]) {
        Some(PrintedBlock::Citation)
    } else if starts(&["ccs concepts", "categories and subject descriptors", "index terms—", "general terms"]) {
        Some(PrintedBlock::Concepts)
    } else {
        None
    }
}

/// Whether a line goes on with what was begun; `whole` is whether the line before it ends a sentence.
fn is_part(printed: PrintedBlock, line: &Line, whole: bool, length: usize) -> bool {
    let lower = line.text.to_lowercase();
    match printed {
        PrintedBlock::Permission => {
            let marks = [
                "permission",
                "copyright",
                "copies",
                "©",
                "isbn",
                "doi.org",
                "to copy otherwise",
                "licensed to",
                "$15",
                "request",
            ];
            !whole || marks.iter().any(|mark| lower.contains(mark))
        }
        // Names and titles have stops in them: it ends with the pages or the address.
        PrintedBlock::Citation => {
            length == 0 || !whole || lower.starts_with("http") || lower.starts_with("doi") || lower.contains(" pages")
        }
        PrintedBlock::Concepts => {
            line.text.contains(['→', '~', '⇝', '∼'])
                || line.text.starts_with(['•', '·', '∙'])
                || length == 0 && line.text.contains(';')
        }
    }
}

#[cfg(test)]
mod tests {
    fn kept(text: &str) -> String {
        crate::text::CleanText::read(text, &[], &|_| true).text
    }

    #[test]
    fn what_a_publisher_prints() {
        let text = "We asked forty potters how long they wait for a kiln, and most of them did not know.\nCCS Concepts\n• Applied computing → Fine arts; Media arts.\nACM Reference Format:\nTess Orly. 2026. On kilns. In Proceedings of WEX '26. ACM, New York,\nNY, USA, 9 pages. https://doi.org/10.1145/1\nPermission to make digital or hard copies of part or all of this work\nfor personal use is granted without fee provided that copies are not\nmade or distributed for profit.\nCopyrights for third-party components must be honored.\n© 2026 Copyright held by the author.\nWaiting is part of the craft, and so is the talk beside the kiln.";
        let kept = kept(text);
        for strange in ["Applied", "Orly", "New York", "granted", "made or", "third-party", "held by"] {
            assert!(!kept.contains(strange), "{strange}: {kept}");
        }
        assert!(kept.contains("forty potters") && kept.contains("Waiting is part of the craft"), "{kept}");
    }

    #[test]
    fn a_text_about_permission_stays() {
        let text = "The law grants permission to copy a part of a work for a class.\nCopies for sale are another matter, and they need the author's word.";
        assert_eq!(kept(text), text);
    }
}
