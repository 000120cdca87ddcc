//! Charts of curves: the scales, ticks and paths, apart from how they are shown; and a chart as an SVG file of its own.

use crate::app::model::user_data::training_run::CurvePoint;

/// The size of a chart in its own units.
pub const CHART_SIZE: (f64, f64) = (360.0, 170.0);

/// The plot in it: left, top, right, bottom.
const PLOT: [f64; 4] = [46.0, 10.0, 350.0, 134.0];

/// How a curve is drawn, and its CSS class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineStyle {
    /// A solid line.
    Solid,
    /// A dashed line in another color.
    Dashed,
}

impl LineStyle {
    /// The CSS class.
    pub fn class(self) -> &'static str {
        match self {
            Self::Solid => "loss",
            Self::Dashed => "held",
        }
    }

    fn attributes(self) -> &'static str {
        match self {
            Self::Solid => "stroke=\"#b2341c\"",
            Self::Dashed => "stroke=\"#1b2238\" stroke-dasharray=\"5 3\"",
        }
    }
}

/// What the y axis measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// A number from 0 on, the smaller the better.
    Loss,
    /// A share of 1, shown as a percentage.
    Share,
}

/// A curve of a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartLine {
    /// What the legend calls it.
    pub name: String,
    /// How it is drawn.
    pub style: LineStyle,
    /// Its parts: a training with stages has a part for each.
    pub parts: Vec<Vec<CurvePoint>>,
}

/// A chart of some curves over the steps of a training.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// What it shows, with the unit.
    pub title: String,
    /// What its y axis measures.
    pub measure: Measure,
    /// Steps in all.
    pub steps: u32,
    /// Its curves.
    pub lines: Vec<ChartLine>,
}

/// A tick of an axis: its place in the chart's units, and its label.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartTick {
    /// Its place along the axis.
    pub at: f64,
    /// Its label.
    pub label: String,
}

/// A chart that is laid out.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartLayout {
    /// Left, top, right and bottom of the plot.
    pub plot: [f64; 4],
    /// The ticks below it.
    pub x: Vec<ChartTick>,
    /// The ticks beside it.
    pub y: Vec<ChartTick>,
    /// The path of each part of each line, with the line's index.
    pub paths: Vec<(usize, String)>,
}

impl Chart {
    /// The values at the lower and the upper end of the y axis, so that every finite value is between them.
    pub fn range(&self) -> [f64; 2] {
        let values = self.lines.iter().flat_map(|line| line.parts.iter().flatten()).map(|point| point.value);
        let values = values.filter(|value| value.is_finite());
        match self.measure {
            Measure::Loss => {
                let most = values.fold(0.0, f64::max);
                [0.0, if most > 0.0 { round_up(most) } else { 1.0 }]
            }
            Measure::Share => {
                let least = values.fold(0.9, f64::min).max(0.0);
                // In tenths, with a little room below the lowest value.
                [(((least - 0.01) * 10.0).floor() / 10.0).max(0.0), 1.0]
            }
        }
    }

    /// The places of everything.
    pub fn layout(&self) -> ChartLayout {
        let [left, top, right, bottom] = PLOT;
        let [low, high] = self.range();
        let steps = f64::from(self.steps.max(1));
        let x = |step: f64| left + (right - left) * step / steps;
        let y = |value: f64| bottom - (bottom - top) * (value - low) / (high - low);
        let path = |points: &[CurvePoint]| -> String {
            let points = points.iter().filter(|point| point.value.is_finite());
            let places = points.map(|point| (x(f64::from(point.step).min(steps)), y(point.value)));
            places.enumerate().map(|(i, (x, y))| format!("{}{x:.1} {y:.1}", if i == 0 { 'M' } else { 'L' })).collect()
        };
        let paths =
            self.lines.iter().enumerate().flat_map(|(index, line)| {
                line.parts.iter().map(move |points| (index, path(points))).collect::<Vec<_>>()
            });
        let step_ticks = ticks(0.0, steps, 5);
        let value_ticks = ticks(low, high, 4);
        let decimals = decimals(&value_ticks);
        let label = |value: f64| match self.measure {
            Measure::Share => format!("{:.0}%", 100.0 * value),
            Measure::Loss if high >= 1e4 => format!("{value:.0e}"),
            Measure::Loss => format!("{value:.decimals$}"),
        };
        ChartLayout {
            plot: PLOT,
            x: step_ticks.iter().map(|step| ChartTick { at: x(*step), label: format!("{step:.0}") }).collect(),
            y: value_ticks.iter().map(|value| ChartTick { at: y(*value), label: label(*value) }).collect(),
            paths: paths.collect(),
        }
    }

    /// The chart as a file of its own, in the colors of paper.
    pub fn to_svg(&self) -> String {
        let layout = self.layout();
        let [left, top, right, bottom] = layout.plot;
        let (width, height) = (CHART_SIZE.0, CHART_SIZE.1 + 16.0 * (self.lines.len() + 1) as f64);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{}\" height=\"{}\" font-family=\"sans-serif\" font-size=\"11\" fill=\"#1b2238\">\n<title>{}</title>\n<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n",
            2.0 * width,
            2.0 * height,
            escaped(&self.title)
        );
        for tick in &layout.y {
            svg += &format!(
                "<path d=\"M{left} {0:.1}H{right}\" stroke=\"#ddd\"/><text x=\"{1}\" y=\"{2:.1}\" text-anchor=\"end\">{3}</text>\n",
                tick.at,
                left - 5.0,
                tick.at + 4.0,
                tick.label
            );
        }
        for tick in &layout.x {
            svg += &format!(
                "<path d=\"M{0:.1} {bottom}v4\" stroke=\"#1b2238\"/><text x=\"{0:.1}\" y=\"{1}\" text-anchor=\"middle\">{2}</text>\n",
                tick.at,
                bottom + 16.0,
                tick.label
            );
        }
        svg += &format!("<path d=\"M{left} {top}V{bottom}H{right}\" fill=\"none\" stroke=\"#1b2238\"/>\n");
        svg += &format!(
            "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">steps</text>\n",
            (left + right) / 2.0,
            bottom + 31.0
        );
        for (line, path) in layout.paths.iter().filter(|(_, path)| !path.is_empty()) {
            let look = self.lines[*line].style.attributes();
            svg += &format!("<path d=\"{path}\" fill=\"none\" stroke-width=\"1.6\" {look}/>\n");
        }
        svg += &format!(
            "<text x=\"{left}\" y=\"{}\" font-weight=\"bold\">{}</text>\n",
            CHART_SIZE.1 + 8.0,
            escaped(&self.title)
        );
        for (index, line) in self.lines.iter().enumerate() {
            let y = CHART_SIZE.1 + 8.0 + 16.0 * (index + 1) as f64;
            svg += &format!(
                "<path d=\"M{left} {:.1}h24\" stroke-width=\"1.6\" {}/><text x=\"{}\" y=\"{y}\">{}</text>\n",
                y - 4.0,
                line.style.attributes(),
                left + 30.0,
                escaped(&line.name)
            );
        }
        svg + "</svg>\n"
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// 1, 2 or 5 times a power of ten, at least as large.
fn round_up(value: f64) -> f64 {
    let power = 10_f64.powf(value.log10().floor());
    [1.0, 2.0, 3.0, 5.0, 10.0].into_iter().map(|step| step * power).find(|round| *round >= value).unwrap_or(value)
}

/// About so many round values from one to another one.
fn ticks(low: f64, high: f64, count: usize) -> Vec<f64> {
    let span = high - low;
    if !(span > 0.0 && span.is_finite()) {
        return vec![low];
    }
    let rough = span / count as f64;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|step| step * power).find(|step| *step >= rough * 0.999);
    let step = step.unwrap_or(rough);
    let first = (low / step - 1e-9).ceil() as i64;
    let last = (high / step + 1e-9).floor() as i64;
    (first..=last).map(|index| index as f64 * step).collect()
}

/// Decimal places that tell some values apart.
fn decimals(values: &[f64]) -> usize {
    let apart = |places: usize| {
        let unit = 10_f64.powi(places as i32);
        values.iter().all(|value| ((value * unit).round() - value * unit).abs() < 1e-6)
    };
    (0..=4).find(|places| apart(*places)).unwrap_or(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(measure: Measure, values: &[f64]) -> Chart {
        let points = values.iter().enumerate().map(|(i, value)| CurvePoint { step: 10 * i as u32, value: *value });
        let line = ChartLine { name: "run <1>".into(), style: LineStyle::Solid, parts: vec![points.collect()] };
        Chart { title: "Loss & more".into(), measure, steps: 40, lines: vec![line] }
    }

    fn places(path: &str) -> Vec<(f64, f64)> {
        let pairs = path.split(['M', 'L']).filter(|pair| !pair.is_empty());
        pairs.map(|pair| pair.split_once(' ').map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap())).unwrap()).collect()
    }

    #[test]
    fn no_curve_leaves_the_plot() {
        for (measure, values) in [
            (Measure::Loss, vec![7.3, 2.2, 0.4, 0.0, 5.0]),
            (Measure::Share, vec![0.08, 0.5, 1.0]),
            (Measure::Loss, vec![1e30, f64::NAN, f64::INFINITY, 3.0]),
        ] {
            let layout = chart(measure, &values).layout();
            let [left, top, right, bottom] = layout.plot;
            for (x, y) in places(&layout.paths[0].1) {
                assert!((left..=right).contains(&x) && (top..=bottom).contains(&y), "{values:?}: {x} {y}");
            }
            assert!(layout.y.iter().all(|tick| (top - 0.1..=bottom + 0.1).contains(&tick.at)), "{:?}", layout.y);
        }
    }

    #[test]
    fn axes_have_round_ticks_with_units() {
        let labels = |ticks: &[ChartTick]| ticks.iter().map(|tick| tick.label.clone()).collect::<Vec<_>>();
        let layout = chart(Measure::Loss, &[2.3, 0.6]).layout();
        assert_eq!(labels(&layout.y), ["0", "1", "2", "3"]);
        assert_eq!(labels(&layout.x), ["0", "10", "20", "30", "40"]);
        let layout = chart(Measure::Loss, &[0.043]).layout();
        assert_eq!(labels(&layout.y), ["0.00", "0.02", "0.04"]);
        let layout = chart(Measure::Share, &[0.97]).layout();
        assert_eq!(labels(&layout.y).last().map(String::as_str), Some("100%"));
        assert_eq!(chart(Measure::Share, &[0.62, 0.97]).range(), [0.6, 1.0]);
        assert_eq!(chart(Measure::Share, &[]).range(), [0.8, 1.0]);
        assert_eq!(chart(Measure::Loss, &[]).range(), [0.0, 1.0]);
    }

    #[test]
    fn a_saved_chart_is_whole_and_escaped() {
        let svg = chart(Measure::Loss, &[2.3, 0.6]).to_svg();
        assert!(svg.starts_with("<svg xmlns=") && svg.trim_end().ends_with("</svg>"));
        assert!(svg.contains("Loss &amp; more") && svg.contains("run &lt;1&gt;") && svg.contains(">steps<"));
        assert_eq!(svg.matches("stroke-width").count(), 2, "the curve, and its key in the legend");
    }
}
