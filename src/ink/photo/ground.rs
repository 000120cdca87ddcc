//! The ground under the ink: its color everywhere, with shadows and vignettes, found on a grid of cells.

use super::pixels::{Color, Colors};

/// Cells along the longer side.
const CELLS: usize = 64;
/// A cell this far from the ground, in grey levels, is never taken for ground.
const FAR: f32 = 90.0;
/// If more of the picture's border than this is no ground, an even slope of light does not explain the picture.
const STRAY_BORDER: f32 = 0.1;

/// Colors of the ground on a grid of cells.
pub(super) struct Ground {
    columns: usize,
    rows: usize,
    /// Pixels along a cell's side.
    cell: usize,
    /// The color of the ground about a cell, or the darkest that it is there where shadows have edges.
    low: Vec<Color>,
    /// The lightest that it is, where shadows have edges.
    high: Option<Vec<Color>>,
}

impl Ground {
    /// The ground of a picture. First a light that changes evenly (a surface of second order) is fitted to what most cells agree on;
    /// where it fails at the border, as for a shadow with an edge or a table beside the paper, wide even regions are the ground.
    pub(super) fn of(picture: &Colors) -> Self {
        let cell = picture.width.max(picture.height).div_ceil(CELLS);
        let (columns, rows) = (picture.width.div_ceil(cell), picture.height.div_ceil(cell));
        let cells: Vec<Color> =
            (0..columns * rows).map(|i| median(picture, i % columns * cell, i / columns * cell, cell)).collect();
        let mut ground = Self { columns, rows, cell, low: Vec::new(), high: None };
        ground.low = ground.even_light(&cells);
        let mut is_ground = ground.near(&cells);
        let mut edges = false;
        if ground.stray_border(&is_ground) > STRAY_BORDER {
            let regions = ground.regions(&cells);
            edges = regions.contains(&true);
            if edges {
                ground.low = ground.spread(&cells, &regions);
                // What a digit encloses is ground that no region reaches.
                is_ground = ground.near(&cells);
                ground.low = ground.spread(&cells, &is_ground);
            }
        }
        if edges {
            ground.widen();
        } else {
            ground.settle(&cells, &is_ground, 4);
        }
        ground
    }

    /// The ground at the pixels of a row that have these colors: of the colors that the ground has there, the nearest to each.
    pub(super) fn row<'a>(&'a self, y: usize, colors: &'a [Color]) -> impl Iterator<Item = Color> + 'a {
        let place = move |at: usize, count: usize| {
            let at = ((at as f32 + 0.5) / self.cell as f32 - 0.5).clamp(0.0, count as f32 - 1.0);
            let low = at as usize;
            (low, (low + 1).min(count - 1), at - low as f32)
        };
        let (top, bottom, share) = place(y, self.rows);
        let line = |cells: &[Color]| -> Vec<Color> {
            let rows = cells[top * self.columns..].iter().zip(&cells[bottom * self.columns..]).take(self.columns);
            rows.map(|(top, bottom)| mix(*top, *bottom, share)).collect()
        };
        let (low, high) = (line(&self.low), self.high.as_deref().map(line));
        colors.iter().enumerate().map(move |(x, color)| {
            let (left, right, share) = place(x, self.columns);
            let least = mix(low[left], low[right], share);
            let Some(high) = &high else { return least };
            let most = mix(high[left], high[right], share);
            std::array::from_fn(|c| color[c].max(least[c]).min(most[c]))
        })
    }

    /// A surface of second order through the cells, by reweighted least squares: what lies far from it loses its weight.
    fn even_light(&self, cells: &[Color]) -> Vec<Color> {
        let half = |at: usize, count: usize| 2.0 * (at as f32 + 0.5) / count as f32 - 1.0;
        let terms = |i: usize| {
            let (x, y) = (half(i % self.columns, self.columns), half(i / self.columns, self.rows));
            [1.0, x, y, x * x, x * y, y * y]
        };
        let median: Color = std::array::from_fn(|c| {
            let mut levels: Vec<f32> = cells.iter().map(|cell| cell[c]).collect();
            let middle = levels.len() / 2;
            *levels.select_nth_unstable_by(middle, f32::total_cmp).1
        });
        let mut surface = vec![median; cells.len()];
        // First a constant, then a slope, then a bend: a surface that can bend from the start would bend into the ink.
        for (order, reach) in
            [(1, FAR), (1, 60.0), (3, 60.0), (3, 40.0), (3, 30.0), (6, 30.0), (6, 24.0), (6, 18.0), (6, 14.0)]
        {
            let mut sums = [[0.0f32; 9]; 6];
            for (i, cell) in cells.iter().enumerate() {
                let off = distance(*cell, surface[i]) / reach;
                let weight = (1.0 + off * off).powi(-2);
                let terms = terms(i);
                for (row, term) in sums.iter_mut().zip(terms) {
                    for (sum, value) in row.iter_mut().zip(terms.iter().chain(cell)) {
                        *sum += weight * term * value;
                    }
                }
            }
            let factors = solve(sums, order);
            for (i, color) in surface.iter_mut().enumerate() {
                let terms = terms(i);
                *color = std::array::from_fn(|c| (0..order).map(|k| factors[k][c] * terms[k]).sum());
            }
        }
        surface
    }

    /// Which cells are ground: those near its color.
    fn near(&self, cells: &[Color]) -> Vec<bool> {
        let mut off: Vec<f32> = cells.iter().zip(&self.low).map(|(cell, ground)| distance(*cell, *ground)).collect();
        let far: Vec<f32> = off.clone();
        let middle = off.len() / 2;
        let spread = *off.select_nth_unstable_by(middle, f32::total_cmp).1;
        let limit = (4.0 * spread).clamp(10.0, FAR);
        far.iter().map(|off| *off < limit).collect()
    }

    fn stray_border(&self, is_ground: &[bool]) -> f32 {
        let on_border = |i: &usize| {
            let (x, y) = (i % self.columns, i / self.columns);
            x == 0 || y == 0 || x + 1 == self.columns || y + 1 == self.rows
        };
        let border = (0..is_ground.len()).filter(on_border);
        let (stray, all) = border.fold((0, 0), |(stray, all), i| (stray + usize::from(!is_ground[i]), all + 1));
        stray as f32 / all as f32
    }

    /// Which cells lie in wide, even regions that reach the border: paper in light, paper in shadow, a table. Between neighbors in a
    /// region the color changes little.
    fn regions(&self, cells: &[Color]) -> Vec<bool> {
        let (columns, rows) = (self.columns, self.rows);
        let beside = |i: usize| {
            let (x, y) = (i % columns, i / columns);
            let near =
                [(x > 0, 1, false), (x + 1 < columns, 1, true), (y > 0, columns, false), (y + 1 < rows, columns, true)];
            near.into_iter().filter(|(inside, ..)| *inside).map(move |(_, by, on)| if on { i + by } else { i - by })
        };
        let mut steps: Vec<f32> = (0..cells.len())
            .flat_map(|i| beside(i).map(move |n| (i, n)))
            .map(|(i, n)| distance(cells[i], cells[n]))
            .collect();
        let middle = steps.len() / 2;
        let usual = steps.get_mut(..).map_or(0.0, |steps| *steps.select_nth_unstable_by(middle, f32::total_cmp).1);
        let limit = (4.0 * usual).clamp(8.0, 24.0);
        let mut region = vec![0usize; cells.len()];
        let mut borders = vec![0usize];
        let mut stack = Vec::new();
        for start in 0..cells.len() {
            if region[start] != 0 {
                continue;
            }
            let id = borders.len();
            borders.push(0);
            region[start] = id;
            stack.push(start);
            while let Some(i) = stack.pop() {
                let on_border = beside(i).count() < 4;
                borders[id] += usize::from(on_border);
                for n in beside(i) {
                    if region[n] == 0 && distance(cells[i], cells[n]) < limit {
                        region[n] = id;
                        stack.push(n);
                    }
                }
            }
        }
        // A region is wide if a square fits into it; the side of the largest square that ends at each cell is one more than that of
        // three neighbors.
        let mut squares = vec![1usize; cells.len()];
        let mut widest = vec![0usize; borders.len()];
        for i in 0..cells.len() {
            if i % columns > 0 && i >= columns {
                let before = [i - 1, i - columns, i - columns - 1];
                if before.iter().all(|n| region[*n] == region[i]) {
                    squares[i] += before.iter().map(|n| squares[*n]).min().unwrap_or(0);
                }
            }
            widest[region[i]] = widest[region[i]].max(squares[i]);
        }
        let least = columns.max(rows) / 7;
        let wide = |id: usize| borders[id] * 10 >= columns.max(rows) && widest[id] >= least;
        region.iter().map(|id| wide(*id)).collect()
    }

    /// Spreads the color of ground cells over all others: each becomes the mean of its neighbors, again and again.
    fn spread(&self, cells: &[Color], is_ground: &[bool]) -> Vec<Color> {
        let (columns, rows) = (self.columns, self.rows);
        let mut known: Vec<f32> = is_ground.iter().map(|ground| f32::from(u8::from(*ground))).collect();
        let mut colors = cells.to_vec();
        for _ in 0..2 * columns.max(rows) {
            for i in (0..cells.len()).filter(|i| !is_ground[*i]) {
                let (x, y) = (i % columns, i / columns);
                let (mut sum, mut count) = ([0.0; 3], 0.0);
                for ny in y.saturating_sub(1)..(y + 2).min(rows) {
                    for nx in x.saturating_sub(1)..(x + 2).min(columns) {
                        let n = ny * columns + nx;
                        (0..3).for_each(|c| sum[c] += known[n] * colors[n][c]);
                        count += known[n];
                    }
                }
                if count > 0.0 {
                    (colors[i], known[i]) = (sum.map(|sum| sum / count), 1.0);
                }
            }
        }
        colors
    }

    /// The darkest and lightest color of the ground within three cells, channel by channel: what lies between them at the edge of a
    /// shadow is ground.
    fn widen(&mut self) {
        let (columns, rows) = (self.columns, self.rows);
        let colors = self.low.clone();
        let mut high = colors.clone();
        for (i, (low, high)) in self.low.iter_mut().zip(&mut high).enumerate() {
            let (x, y) = (i % columns, i / columns);
            for ny in y.saturating_sub(3)..(y + 4).min(rows) {
                for nx in x.saturating_sub(3)..(x + 4).min(columns) {
                    for c in 0..3 {
                        let value = colors[ny * columns + nx][c];
                        low[c] = low[c].min(value);
                        high[c] = high[c].max(value);
                    }
                }
            }
        }
        self.high = Some(high);
    }

    /// Moves the ground to the mean of the ground cells nearby.
    fn settle(&mut self, cells: &[Color], is_ground: &[bool], radius: usize) {
        let (columns, rows) = (self.columns, self.rows);
        // What the ground is off, and the weight of it, spread along rows and along columns.
        let mut off: Vec<[f32; 4]> = (0..cells.len())
            .map(|i| {
                let [r, g, b] = std::array::from_fn(|c| cells[i][c] - self.low[i][c]);
                if is_ground[i] { [r, g, b, 1.0] } else { [0.0; 4] }
            })
            .collect();
        for step in [1, columns] {
            let (lines, length) = if step == 1 { (rows, columns) } else { (columns, rows) };
            let start = |line: usize| if step == 1 { line * columns } else { line };
            let mut spread = off.clone();
            for line in 0..lines {
                for i in 0..length {
                    let around = i.saturating_sub(radius)..(i + radius + 1).min(length);
                    spread[start(line) + i * step] = around.fold([0.0; 4], |sum, j| {
                        let value = off[start(line) + j * step];
                        std::array::from_fn(|c| sum[c] + value[c])
                    });
                }
            }
            off = spread;
        }
        for (color, off) in self.low.iter_mut().zip(off) {
            (0..3).for_each(|c| color[c] += off[c] / (off[3] + 1.0));
        }
    }
}

/// The median color of a cell, channel by channel, of 64 of its pixels: printed lines and hairlines do not change it.
fn median(picture: &Colors, left: usize, top: usize, cell: usize) -> Color {
    let step = cell.div_ceil(8);
    let mut levels: [Vec<f32>; 3] = Default::default();
    for y in (top..(top + cell).min(picture.height)).step_by(step) {
        for x in (left..(left + cell).min(picture.width)).step_by(step) {
            let color = picture.pixels[y * picture.width + x];
            levels.iter_mut().zip(color).for_each(|(levels, level)| levels.push(level));
        }
    }
    levels.map(|mut levels| {
        let middle = levels.len() / 2;
        *levels.select_nth_unstable_by(middle, f32::total_cmp).1
    })
}

/// A color between two.
fn mix(a: Color, b: Color, share: f32) -> Color {
    std::array::from_fn(|c| a[c] + (b[c] - a[c]) * share)
}

fn distance(a: Color, b: Color) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>().sqrt()
}

/// Solves normal equations of the first `order` terms for three right sides (Gauss, without pivots: the matrix is positive definite).
fn solve(mut sums: [[f32; 9]; 6], order: usize) -> [[f32; 3]; 6] {
    for k in 0..order {
        sums[k][k] += 1e-3;
        for row in k + 1..order {
            let factor = sums[row][k] / sums[k][k];
            (k..9).for_each(|column| sums[row][column] -= factor * sums[k][column]);
        }
    }
    let mut factors = [[0.0; 3]; 6];
    for k in (0..order).rev() {
        for c in 0..3 {
            let known: f32 = (k + 1..order).map(|j| sums[k][j] * factors[j][c]).sum();
            factors[k][c] = (sums[k][6 + c] - known) / sums[k][k];
        }
    }
    factors
}
