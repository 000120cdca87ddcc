//! Which of several pointers draws: a pen beats a finger, and a palm draws nothing. Pure state.

/// What kind of device a pointer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointerDevice {
    /// A mouse, or whatever is none of the others.
    Mouse,
    /// A finger or a hand.
    Touch,
    /// A pen.
    Pen,
}

impl PointerDevice {
    /// By the platform's `pointerType`.
    pub fn of(pointer_type: &str) -> Self {
        match pointer_type {
            "touch" => Self::Touch,
            "pen" => Self::Pen,
            _ => Self::Mouse,
        }
    }
}

/// A pointer that goes down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PointerPress {
    /// The platform's `pointerId`.
    pub id: i32,
    /// The device.
    pub device: PointerDevice,
    /// Whether it is the first of its kind.
    pub primary: bool,
    /// Whether it erases: the other end of a pen, or its button.
    pub erases: bool,
    /// Whether it is another button than the first.
    pub other_button: bool,
    /// When, in milliseconds.
    pub time: f64,
    /// The longer side of what touches, in CSS pixels.
    pub contact: f64,
}

/// What a press does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PressEffect {
    /// Nothing.
    Ignore,
    /// A stroke begins.
    Draw,
    /// A stroke begins, and the one that is being drawn by a hand was none.
    DrawInstead,
    /// Strokes under it are erased.
    Erase,
}

/// For so long after a pen a touch is the hand that holds it, in milliseconds.
const HAND_STAYS_MS: f64 = 700.0;
/// What touches with a larger side than this is no fingertip, in CSS pixels.
const PALM: f64 = 70.0;

/// The pointer that draws.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DrawingPointer {
    active: Option<(i32, PointerDevice, bool)>,
    pen_until: Option<f64>,
}

impl DrawingPointer {
    /// Decides on a pointer that goes down.
    pub fn press(&mut self, press: PointerPress) -> PressEffect {
        let hand = press.device == PointerDevice::Touch
            && (press.contact > PALM || self.pen_until.is_some_and(|until| press.time < until));
        if !press.primary || hand || press.other_button && !press.erases {
            return PressEffect::Ignore;
        }
        let instead = match self.active {
            None => false,
            Some((_, PointerDevice::Touch, false)) if press.device == PointerDevice::Pen => true,
            Some(_) => return PressEffect::Ignore,
        };
        self.active = Some((press.id, press.device, press.erases));
        self.hold_off_hands(press.time);
        match (press.erases, instead) {
            (true, _) => PressEffect::Erase,
            (false, true) => PressEffect::DrawInstead,
            (false, false) => PressEffect::Draw,
        }
    }

    /// Whether a pointer draws, or erases (`true`), while it moves; none if it does neither.
    pub fn moves(&mut self, id: i32, time: f64) -> Option<bool> {
        let (_, _, erases) = self.active.filter(|(active, ..)| *active == id)?;
        self.hold_off_hands(time);
        Some(erases)
    }

    /// Forgets a pointer that was lifted or lost.
    pub fn lift(&mut self, id: i32, time: f64) {
        if self.active.is_some_and(|(active, ..)| active == id) {
            self.hold_off_hands(time);
            self.active = None;
        }
    }

    fn hold_off_hands(&mut self, time: f64) {
        if self.active.is_some_and(|(_, device, _)| device == PointerDevice::Pen) {
            self.pen_until = Some(time + HAND_STAYS_MS);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(id: i32, device: PointerDevice, time: f64) -> PointerPress {
        PointerPress { id, device, primary: true, erases: false, other_button: false, time, contact: 20.0 }
    }

    #[test]
    fn a_pen_draws_though_a_palm_lies_there() {
        let mut pointer = DrawingPointer::default();
        assert_eq!(pointer.press(press(2, PointerDevice::Touch, 0.0)), PressEffect::Draw);
        assert_eq!(pointer.press(press(3, PointerDevice::Pen, 10.0)), PressEffect::DrawInstead);
        assert_eq!((pointer.moves(2, 20.0), pointer.moves(3, 20.0)), (None, Some(false)));
        // The palm is lifted and put down again: it is still a palm.
        pointer.lift(2, 30.0);
        assert_eq!(pointer.moves(3, 40.0), Some(false));
        pointer.lift(3, 50.0);
        assert_eq!(pointer.press(press(4, PointerDevice::Touch, 400.0)), PressEffect::Ignore);
        assert_eq!(pointer.press(press(5, PointerDevice::Touch, 900.0)), PressEffect::Draw);
    }

    #[test]
    fn one_pointer_at_a_time() {
        let mut pointer = DrawingPointer::default();
        assert_eq!(pointer.press(press(1, PointerDevice::Pen, 0.0)), PressEffect::Draw);
        assert_eq!(pointer.press(press(2, PointerDevice::Touch, 1.0)), PressEffect::Ignore);
        assert_eq!(pointer.press(press(3, PointerDevice::Mouse, 1.0)), PressEffect::Ignore);
        pointer.lift(1, 2.0);
        let second = PointerPress { primary: false, ..press(6, PointerDevice::Touch, 2_000.0) };
        let palm = PointerPress { contact: 90.0, ..press(7, PointerDevice::Touch, 2_000.0) };
        let right = PointerPress { other_button: true, ..press(8, PointerDevice::Mouse, 2_000.0) };
        for ignored in [second, palm, right] {
            assert_eq!(pointer.press(ignored), PressEffect::Ignore);
        }
    }

    #[test]
    fn the_other_end_of_a_pen_erases() {
        let mut pointer = DrawingPointer::default();
        let eraser = PointerPress { erases: true, other_button: true, ..press(1, PointerDevice::Pen, 0.0) };
        assert_eq!(pointer.press(eraser), PressEffect::Erase);
        assert_eq!(pointer.moves(1, 1.0), Some(true));
    }

    #[test]
    fn a_lost_pointer_does_not_block_the_next() {
        let mut pointer = DrawingPointer::default();
        pointer.press(press(1, PointerDevice::Mouse, 0.0));
        pointer.lift(9, 1.0);
        assert_eq!(pointer.press(press(2, PointerDevice::Mouse, 2.0)), PressEffect::Ignore);
        pointer.lift(1, 3.0);
        assert_eq!(pointer.press(press(2, PointerDevice::Mouse, 4.0)), PressEffect::Draw);
    }
}
