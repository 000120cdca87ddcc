//! Long straight lines: a notebook's, squared paper's, the sides of a box. What crosses them stays.

/// Blocks along a line that are looked at one by one.
const BLOCKS: usize = 32;
/// How far a line may run off over its length, either way.
const MOST_DRIFT: f32 = 0.19;
/// A line of which at least this share is there is seen as one by itself.
pub(super) const CLEAR: f32 = 0.65;

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
    /// Which share of its length is there.
    pub share: f32,
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
        let pad = most as usize / 2 + 1;
        let mut best = (0.0, 0, Vec::new());
        for drift in (-most..=most).step_by(slack.max(2)) {
            let mut covered = vec![0u8; breadth + 2 * pad];
            for block in 0..blocks {
                // A place across, at the middle of the length, counts from `pad` places before the strip.
                let from = (pad as isize - shift(block, blocks, drift)) as usize;
                let row = &there[block * breadth..][..breadth];
                covered[from..].iter_mut().zip(row).for_each(|(sum, there)| *sum += there);
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
        let across = |at: usize, block| at as isize - pad as isize + shift(block, blocks, drift);
        let within = |across: isize| (0..breadth as isize).contains(&across);
        let share = |(at, count): (usize, &u8)| {
            let inside = (0..blocks).filter(|block| within(across(at, *block))).count();
            f32::from(*count) / inside.max(blocks / 5) as f32
        };
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
                let across = across(middle, block);
                within(across) && there[block * breadth + across as usize] > 0
            };
            let whole = (there(0) || there(1)) && (there(blocks - 1) || there(blocks.max(2) - 2));
            lines.push(StraightLine { at: middle as f32 - pad as f32, drift: drift as f32, share, whole });
            let near = middle.saturating_sub(thin + slack)..(middle + thin + slack + 1).min(shares.len());
            shares[near].fill(0.0);
        }
        lines
    }

    /// Takes lines of one direction out of the mask, but for where something thicker crosses them.
    pub(super) fn erase(&mut self, lines: &[StraightLine], thin: usize) {
        let (length, breadth) = (self.length() as f32, self.breadth());
        let Some(drift) = lines.first().map(|line| line.drift) else { return };
        // Which line there is at each place across, at the middle of its length; some are outside the strip there.
        let (pad, slack) = ((drift.abs() / 2.0) as isize + 2, 2 + breadth as isize / 200);
        let mut line_at = vec![usize::MAX; breadth + 2 * pad as usize];
        for (id, line) in lines.iter().enumerate() {
            let low = (line.at as isize + pad - slack).max(0) as usize;
            let high = ((line.at as isize + pad + slack + 1).max(0) as usize).min(line_at.len());
            line_at[low.min(high)..high].fill(id);
        }
        let mut found: Vec<(usize, usize, usize, usize)> = Vec::new();
        self.runs(|along, from, run| {
            let at = (from + run / 2) as f32 - drift * (along as f32 / length - 0.5);
            let place = (at.round() as isize + pad).max(0) as usize;
            if let Some(id) = line_at.get(place).filter(|id| run <= thin && **id != usize::MAX) {
                found.push((*id, along, from, run));
            }
        });
        let usual = |runs: &mut Vec<usize>| {
            let middle = runs.len() / 2;
            if runs.is_empty() { 0 } else { *runs.select_nth_unstable(middle).1 }
        };
        let mut all: Vec<usize> = found.iter().map(|(.., run)| *run).collect();
        let common = usual(&mut all);
        let mut each = vec![Vec::new(); lines.len()];
        found.iter().for_each(|(id, .., run)| each[*id].push(*run));
        let widths: Vec<usize> = each.iter_mut().map(usual).collect();
        for (id, along, from, run) in found {
            // A stroke that happens to lie along printed lines is thicker than they are.
            let stroke = lines[id].share < CLEAR && widths[id] > common + common / 2 + 1;
            if run <= widths[id] + widths[id] / 2 + 1 && !stroke {
                for across in from..from + run {
                    let i = self.index(along, across);
                    self.mask[i] = false;
                }
            }
        }
    }
}

/// How far a line that drifts has run off in a block.
fn shift(block: usize, blocks: usize, drift: isize) -> isize {
    (drift as f32 * ((block as f32 + 0.5) / blocks as f32 - 0.5)).round() as isize
}
