//! Sentences that are shown to the visitor until they are dismissed.

/// What a notice offers besides being dismissed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeOffer {
    /// Nothing; it goes by itself.
    Nothing,
    /// A reload, with which the new version of the page is used. It stays.
    Update,
}

/// A sentence that is shown to the visitor until it is dismissed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Identifies it.
    pub id: u32,
    /// The sentence.
    pub text: String,
    /// What it offers.
    pub offer: NoticeOffer,
}
