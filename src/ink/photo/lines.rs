//! Long straight lines: a notebook's, squared paper's, the sides of a box. What crosses them stays.

/// Blocks along a line that are looked at one by one.
const BLOCKS: usize = 32;
/// How far a line may run off over its length, either way.
const MOST_DRIFT: f32 = 0.19;

/// A part of a mask, seen along its rows or along its columns.
pub(super) struct Strip<'a> {
    pub mask: &'a mut [bool],
    /// Pixels in a row of the mask.
    pub stride: usize,
    /// Left, top, width, height.
    pub region: [usize; 4],
    /// Whether "along" is down instead of to the right.
    pub upright: bool,
}

/// A nearly straight thin line.
#[derive(Clone, Copy, Debug)]
pub(super) struct StraightLine {
    /// Where its middle is, across.
    pub at: f32,
    /// How far it runs off from one end to the other.
    pub drift: f32,
    /// Whether both ends are there.
    pub whole: bool,
}

impl Strip<'_> {
    pub(super) fn length(&self) -> usize {
        self.region[if self.upright { 3 } else { 2 }]
    }

    pub(super) fn breadth(&self) -> usize {
        self.region[if self.upright { 2 } else { 3 }]
    }

    fn index(&self, along: usize, across: usize) -> usize {
        let [left, top, ..] = self.region;
        let (x, y) = if self.upright { (across, along) } else { (along, across) };
        (top + y) * self.stride + left + x
    }

    /// The runs of ink across the strip: the place along it, where each starts, and its length. Pixels are visited in the order in
    /// which they lie in memory.
    fn runs(&self, mut each: impl FnMut(usize, usize, usize)) {
        let [left, top, width, height] = self.region;
        let mut starts = vec![usize::MAX; self.length()];
        for y in 0..height {
            let row = &self.mask[(top + y) * self.stride + left..][..width];
            for (x, on) in row.iter().enumerate() {
                let (along, across) = if self.upright { (y, x) } else { (x, y) };
                let start = &mut starts[along];
                if *on && *start == usize::MAX {
                    *start = across;
                } else if !*on && *start != usize::MAX {
                    each(along, *start, across - *start);
                    *start = usize::MAX;
                }
            }
        }
        for (along, start) in starts.into_iter().enumerate().filter(|(_, start)| *start != usize::MAX) {
            each(along, start, self.breadth() - start);
        }
    }

    /// The lines no thicker than `thin` of which the share `least` is there. All have one direction: the one that most ink has.
    pub(super) fn lines(&self, thin: usize, least: f32) -> Vec<StraightLine> {
        let (length, breadth) = (self.length(), self.breadth());
        let blocks = BLOCKS.min(length);
        // In which blocks there is a thin run about here.
        let slack = 1 + breadth / 300 + length / blocks / 12;
        let mut there = vec![0u16; blocks * breadth];
        let mut any = 0;
        self.runs(|along, from, run| {
            if run <= thin {
                let row = (along * blocks / length) * breadth;
                let middle = from + run / 2;
                let near = middle.saturating_sub(slack)..(middle + slack + 1).min(breadth);
                there[row..][near].iter_mut().for_each(|count| *count += 1);
                any += 1;
            }
        });
        if (any as f32) < 0.5 * least * length as f32 {
            return Vec::new();
        }
        let half = (length / blocks / 2).max(1) as u16;
        let there: Vec<u8> = there.iter().map(|count| u8::from(*count >= half)).collect();
        let most = (MOST_DRIFT * length as f32) as isize;
        let mut best = (0.0, 0, Vec::new());
        for drift in (-most..=most).step_by(slack.max(2)) {
            let mut covered = vec![0u8; breadth];
            for block in 0..blocks {
                let shift = shift(block, blocks, drift);
                let row = &there[block * breadth..][..breadth];
                let (from, to) = if shift >= 0 { (shift as usize, 0) } else { (0, -shift as usize) };
                if from < breadth && to < breadth {
                    covered[to..].iter_mut().zip(&row[from..]).for_each(|(sum, there)| *sum += there);
                }
            }
            let enough = least * blocks as f32;
            let over = covered.iter().map(|count| (f32::from(*count) - 0.8 * enough).max(0.0));
            let score: f32 = over.map(|over| over * over).sum();
            if score > best.0 {
                best = (score, drift, covered);
            }
        }
        let (_, drift, covered) = best;
        // A line may leave the picture: what counts is how much there is of what could be.
        let inside = |at: usize| {
            let across = |block| at as isize + shift(block, blocks, drift);
            (0..blocks).filter(|block| (0..breadth as isize).contains(&across(*block))).count()
        };
        let share = |(at, count): (usize, &u8)| f32::from(*count) / inside(at).max(blocks / 4) as f32;
        let mut shares: Vec<f32> = covered.iter().enumerate().map(share).collect();
        let mut lines = Vec::new();
        while let Some((at, share)) = shares.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1)) {
            if share < least || share <= 0.0 {
                break;
            }
            // The middle of equally good places.
            let last = at + 1 - shares[..=at].iter().rev().take_while(|other| **other == share).count();
            let middle = (at + last) / 2;
            let there = |block: usize| {
                let across = middle as isize + shift(block, blocks, drift);
                (0..breadth as isize).contains(&across) && there[block * breadth + across as usize] > 0
            };
            let whole = (there(0) || there(1)) && (there(blocks - 1) || there(blocks.max(2) - 2));
            lines.push(StraightLine { at: middle as f32, drift: drift as f32, whole });
            let near = middle.saturating_sub(thin + slack)..(middle + thin + slack + 1).min(breadth);
            shares[near].fill(0.0);
        }
        lines
    }

    /// Takes a line out of the mask, but for where something thicker crosses it.
    pub(super) fn erase(&mut self, line: StraightLine, thin: usize) {
        let (length, breadth) = (self.length(), self.breadth());
        let slack = 2 + breadth as isize / 200;
        let mut found: Vec<(usize, usize, usize)> = Vec::new();
        self.runs(|along, from, run| {
            let across = (line.at + line.drift * (along as f32 / length as f32 - 0.5)) as isize;
            if from as isize <= across + slack && (from + run) as isize > across - slack {
                found.push((along, from, run));
            }
        });
        let mut widths: Vec<usize> = found.iter().map(|(_, _, run)| *run).filter(|run| *run <= thin).collect();
        if widths.is_empty() {
            return;
        }
        let middle = widths.len() / 2;
        let usual = *widths.select_nth_unstable(middle).1;
        for (along, from, run) in found.into_iter().filter(|(_, _, run)| *run <= usual + usual / 2 + 1) {
            for across in from..from + run {
                let i = self.index(along, across);
                self.mask[i] = false;
            }
        }
    }
}

/// How far a line that drifts has run off in a block.
fn shift(block: usize, blocks: usize, drift: isize) -> isize {
    (drift as f32 * ((block as f32 + 0.5) / blocks as f32 - 0.5)).round() as isize
}
