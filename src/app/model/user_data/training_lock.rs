//! Training lock: tabs share one checkpoint, so only one trains at a time. Pure state; [`crate::app::browser::use_training_lock`]
//! requests it from the browser.

use crate::protocol::FineTuneRequest;

/// The owner of the training lock, as far as this tab knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LockOwner {
    /// This tab neither trains nor waits for the lock.
    #[default]
    None,
    /// This tab has requested it.
    Requested,
    /// Another tab. This one is next, and resumes what the other one leaves.
    OtherTab,
    /// This tab.
    ThisTab,
}

/// The training lock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TrainingLock {
    whose: LockOwner,
    /// Counts the requests: an answer to an earlier one is ignored.
    requests: u32,
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq)]
pub enum LockResult {
    /// Another tab holds the lock.
    HeldElsewhere,
    /// This tab holds the lock; with the training run that the tab before it left.
    Acquired(Option<Box<FineTuneRequest>>),
}

impl TrainingLock {
    /// The owner.
    pub fn owner(self) -> LockOwner {
        self.whose
    }

    /// The pending or granted request, if there is one.
    pub fn request(self) -> Option<u32> {
        (self.whose != LockOwner::None).then_some(self.requests)
    }

    /// Requests the lock, unless this tab has done so already.
    pub fn acquire(&mut self) {
        if self.whose == LockOwner::None {
            *self = Self { whose: LockOwner::Requested, requests: self.requests.wrapping_add(1) };
        }
    }

    /// Sets the owner that answers a request. Says whether the request is still current.
    pub fn on_answer(&mut self, request: u32, whose: LockOwner) -> bool {
        let stands = self.request() == Some(request);
        if stands {
            self.whose = whose;
        }
        stands
    }

    /// Releases the lock, or withdraws the request.
    pub fn release(&mut self) {
        self.whose = LockOwner::None;
    }
}
