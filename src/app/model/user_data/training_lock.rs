//! Whose turn it is to learn: of all tabs that show the page, one learns at a time, since all keep one checkpoint and would learn the
//! same twice. Plain state; who asks the browser for the turn is [`crate::app::browser::use_training_lock`].

use crate::protocol::Learn;

/// Whose turn it is, as far as this tab knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LockOwner {
    /// This tab neither learns nor waits for its turn.
    #[default]
    None,
    /// This tab has asked for it.
    Requested,
    /// Another tab's. This one is next, and goes on with what that one leaves.
    OtherTab,
    /// This tab's.
    ThisTab,
}

/// The turn to learn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TrainingLock {
    whose: LockOwner,
    /// Counts the requests: an answer to an earlier one is not heard.
    requests: u32,
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq)]
pub enum LockResult {
    /// It is another tab's turn.
    HeldElsewhere,
    /// It is this tab's, and this is what the tab before it left to be learned.
    Acquired(Option<Box<Learn>>),
}

impl TrainingLock {
    /// Whose turn it is.
    pub fn owner(self) -> LockOwner {
        self.whose
    }

    /// The request that stands, if one does.
    pub fn request(self) -> Option<u32> {
        (self.whose != LockOwner::None).then_some(self.requests)
    }

    /// Asks for the turn, unless this tab has done so already.
    pub fn acquire(&mut self) {
        if self.whose == LockOwner::None {
            *self = Self { whose: LockOwner::Requested, requests: self.requests.wrapping_add(1) };
        }
    }

    /// A request was answered. Tells whether it still stands.
    pub fn on_answer(&mut self, request: u32, whose: LockOwner) -> bool {
        let stands = self.request() == Some(request);
        if stands {
            self.whose = whose;
        }
        stands
    }

    /// This tab wants the turn no more.
    pub fn release(&mut self) {
        self.whose = LockOwner::None;
    }
}
