//! Where in the source the writing stands: known exactly, because what is written so far is known.
//!
//! A copying model must learn to go on behind the word that it copied last. Here it is told where that was: the *pointer* follows the
//! words that were written, by a rule that training and generation share, so that a whole target is trained on at once, without
//! walking through attention step by step. From the pointer come a reading of the source where it stands (the selective read of Gu et
//! al., *Incorporating copying mechanism in sequence-to-sequence learning*, 2016), scores for moves relative to it (Shaw et al.,
//! *Self-attention with relative position representations*, 2018), and what was already said (the coverage of See et al., *Get to the
//! point*, 2017, counted in words said rather than in attention paid).

use crate::text::TokenId;

/// Kinds of moves, by their distance from the pointer.
pub const MOVES: usize = 14;

/// The move that a distance is.
pub fn move_of(distance: i64) -> usize {
    match distance {
        ..=-8 => 0,
        -7..=-4 => 1,
        -3..=-2 => 2,
        -1 => 3,
        0..=4 => 4 + distance as usize,
        5..=6 => 9,
        7..=9 => 10,
        10..=14 => 11,
        15..=24 => 12,
        25.. => 13,
    }
}

/// Where in a source the writing stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourcePointer {
    /// The piece of the source that the last piece was taken from, or before the first.
    at: Option<usize>,
    /// Whether the last piece that was written stands in the source.
    copied: bool,
    /// The pieces that were taken.
    said: Vec<usize>,
}

impl SourcePointer {
    /// Follows a piece that was written: to the next place that holds it, else to the first place that does and was not said, else it
    /// stays.
    pub fn follow(&mut self, source: &[TokenId], token: TokenId) {
        let from = self.at.map_or(0, |at| at + 1);
        let next = source.iter().skip(from).position(|id| *id == token).map(|at| from + at);
        let place =
            next.or_else(|| (0..from.min(source.len())).find(|at| source[*at] == token && !self.said.contains(at)));
        self.copied = place.is_some();
        if let Some(place) = place {
            self.at = Some(place);
            self.said.push(place);
        }
    }

    /// The piece that the last piece was taken from; none if it was not taken.
    pub fn read(&self) -> Option<usize> {
        self.at.filter(|_| self.copied)
    }

    /// The piece last taken.
    pub fn at(&self) -> Option<usize> {
        self.at
    }

    /// The pieces taken so far, in the order of taking.
    pub fn said(&self) -> &[usize] {
        &self.said
    }

    /// How far a piece of the source is from here.
    pub fn distance(&self, piece: usize) -> i64 {
        piece as i64 - self.at.map_or(-1, |at| at as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pointer_goes_on_before_it_goes_back() {
        let source: Vec<TokenId> = [20, 21, 20, 22, 21].map(TokenId).to_vec();
        let mut pointer = SourcePointer::default();
        assert_eq!((pointer.read(), pointer.distance(0)), (None, 1));
        let mut places = Vec::new();
        for id in [20, 22, 30, 20, 21, 21] {
            pointer.follow(&source, TokenId(id));
            places.push(pointer.read());
        }
        // Forward, forward, nowhere, back to the one not said, on, on to the last.
        assert_eq!(places, [Some(0), Some(3), None, Some(2), Some(4), Some(1)]);
        assert_eq!(pointer.said(), [0, 3, 2, 4, 1]);
    }

    #[test]
    fn moves_are_in_order_and_all_there() {
        let moves: Vec<usize> = (-20..40).map(move_of).collect();
        assert!(moves.is_sorted() && moves[0] == 0 && moves.last() == Some(&(MOVES - 1)));
        assert_eq!((0..MOVES).filter(|kind| !moves.contains(kind)).count(), 0);
    }
}
