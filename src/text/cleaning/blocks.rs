//! What a text is made of: blocks, and passages that are left out.

use std::ops::Range;

use crate::protocol::SkipReason;

/// What a block of a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BlockKind {
    /// Running text.
    Paragraph,
    /// A title or heading: says what the text is about, and is no sentence of it.
    Heading,
    /// An item of a list.
    ListItem,
    /// What somebody says in a chat, a transcript or captions: a turn, with the name before it.
    Speech,
    /// A quotation in a text that is nearly all quotation.
    Quotation,
    /// What stands below a figure or table.
    Caption,
    /// A greeting or a closing.
    Courtesy,
    /// A line that is no sentence, in a text that has some: a label, a name, a cell, a link.
    Label,
}

impl BlockKind {
    /// Whether a summary may be made of its sentences.
    pub fn is_running_text(self) -> bool {
        match self {
            Self::Paragraph | Self::ListItem | Self::Speech | Self::Quotation => true,
            Self::Heading | Self::Caption | Self::Courtesy | Self::Label => false,
        }
    }
}

/// A block of a [`CleanText`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextBlock {
    /// Its bytes in the clean text.
    pub span: Range<usize>,
    /// What it is.
    pub kind: BlockKind,
}

/// A passage that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Omission {
    /// Its bytes in the visitor's text.
    pub span: Range<usize>,
    /// Why.
    pub reason: SkipReason,
}
