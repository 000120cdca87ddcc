//! The cursor that draws on the pad by keyboard: arrow keys move it, Space puts the pen down or lifts it. Pure state.

use super::pad_content::PAD_SIDE;

/// How far an arrow key moves the cursor, in pad units.
const STEP: f32 = 10.0;

/// How far it moves it with Shift.
const FINE_STEP: f32 = 3.0;

/// The arrow keys, in the order of [`PadCursor`]'s `held`.
const ARROWS: [(&str, [f32; 2]); 4] =
    [("ArrowLeft", [-1.0, 0.0]), ("ArrowRight", [1.0, 0.0]), ("ArrowUp", [0.0, -1.0]), ("ArrowDown", [0.0, 1.0])];

/// The cursor, in pad units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PadCursor {
    /// From the left.
    pub x: f32,
    /// From the top.
    pub y: f32,
    /// Whether it draws.
    pub pen: CursorPen,
    /// Which arrow keys are held: two of them move it on a diagonal.
    held: [bool; 4],
}

/// Whether a cursor draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CursorPen {
    /// It only moves.
    Up,
    /// It draws as it moves.
    Down,
}

/// What a key does on the pad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CursorEffect {
    /// The cursor moved without drawing, or the pen was lifted.
    Moved,
    /// A stroke begins at the cursor.
    StrokeBegan,
    /// The stroke continues to the cursor.
    Drew,
    /// The pad is to be cleared.
    Clear,
}

impl Default for PadCursor {
    /// In the middle, not drawing.
    fn default() -> Self {
        Self { x: PAD_SIDE / 2.0, y: PAD_SIDE / 2.0, pen: CursorPen::Up, held: [false; 4] }
    }
}

impl PadCursor {
    /// Applies a key that goes down; nothing for a key that means nothing here.
    pub fn press(&mut self, key: &str, fine: bool) -> Option<CursorEffect> {
        if let Some(index) = ARROWS.iter().position(|(name, _)| *name == key) {
            self.held[index] = true;
            self.step(if fine { FINE_STEP } else { STEP });
            return Some(if self.pen == CursorPen::Down { CursorEffect::Drew } else { CursorEffect::Moved });
        }
        match (key, self.pen) {
            (" ", CursorPen::Up) => {
                self.pen = CursorPen::Down;
                Some(CursorEffect::StrokeBegan)
            }
            (" " | "Escape", CursorPen::Down) => {
                self.pen = CursorPen::Up;
                Some(CursorEffect::Moved)
            }
            ("Escape" | "Delete" | "Backspace", _) => {
                self.pen = CursorPen::Up;
                Some(CursorEffect::Clear)
            }
            _ => None,
        }
    }

    /// Forgets a key that was released.
    pub fn release(&mut self, key: &str) {
        if let Some(index) = ARROWS.iter().position(|(name, _)| *name == key) {
            self.held[index] = false;
        }
    }

    /// Lifts the pen and forgets all keys, as when the pad loses the focus.
    pub fn rest(&mut self) {
        (self.pen, self.held) = (CursorPen::Up, [false; 4]);
    }

    fn step(&mut self, length: f32) {
        let held = ARROWS.iter().zip(self.held).filter(|(_, held)| *held);
        let [x, y] = held.fold([0.0, 0.0], |[x, y], ((_, [dx, dy]), _)| [x + dx, y + dy]);
        let place = |at: f32| at.clamp(0.0, PAD_SIDE);
        (self.x, self.y) = (place(self.x + x * length), place(self.y + y * length));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_move_and_the_pen_draws() {
        let mut cursor = PadCursor::default();
        assert_eq!(cursor.press("ArrowRight", false), Some(CursorEffect::Moved));
        assert_eq!((cursor.x, cursor.y), (PAD_SIDE / 2.0 + STEP, PAD_SIDE / 2.0));
        cursor.release("ArrowRight");
        assert_eq!(cursor.press(" ", false), Some(CursorEffect::StrokeBegan));
        assert_eq!(cursor.press("ArrowDown", true), Some(CursorEffect::Drew));
        assert_eq!(cursor.y, PAD_SIDE / 2.0 + FINE_STEP);
        assert_eq!(cursor.press("Escape", false), Some(CursorEffect::Moved));
        assert_eq!(cursor.press("Escape", false), Some(CursorEffect::Clear));
        assert_eq!(cursor.press("x", false), None);
    }

    #[test]
    fn two_arrows_draw_a_diagonal_and_no_key_leaves_the_pad() {
        let mut cursor = PadCursor::default();
        cursor.press("ArrowLeft", false);
        cursor.press("ArrowUp", false);
        assert_eq!((cursor.x, cursor.y), (PAD_SIDE / 2.0 - 2.0 * STEP, PAD_SIDE / 2.0 - STEP));
        for _ in 0..100 {
            cursor.press("ArrowUp", false);
        }
        assert_eq!((cursor.x, cursor.y), (0.0, 0.0));
        cursor.press(" ", false);
        cursor.rest();
        assert_eq!((cursor.pen, cursor.held), (CursorPen::Up, [false; 4]));
    }
}
