//! How many lines of summaries have which fault, beside those of the beginnings of the texts.

use anyhow::Result;
use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::models::summarizer::{
    line_faults::{ExaminedLine, FaultSource, LineFault},
    network::JudgedWord,
};

/// Lines, on the way to a [`FaultReport`].
#[derive(Debug, Default)]
pub struct FaultTally {
    lines: usize,
    faulty: usize,
    with: [usize; LineFault::ALL.len()],
}

impl FaultTally {
    /// Adds the lines of a summary; `syntax` reads one.
    pub fn add(
        &mut self,
        source: &FaultSource,
        summary: &str,
        is_headline: bool,
        syntax: impl Fn(&str) -> Result<Option<Vec<JudgedWord>>>,
    ) -> Result<()> {
        let lines: Vec<&str> = summary.lines().filter(|line| !line.trim().is_empty()).collect();
        let read = lines.iter().map(|line| syntax(line)).collect::<Result<Vec<_>>>()?;
        let examined: Vec<ExaminedLine> =
            lines.iter().zip(&read).map(|(text, syntax)| ExaminedLine { text, syntax: syntax.as_deref() }).collect();
        for faults in source.faults(&examined, is_headline) {
            self.lines += 1;
            self.faulty += usize::from(!faults.is_empty());
            for (count, fault) in self.with.iter_mut().zip(LineFault::ALL) {
                *count += usize::from(faults.contains(&fault));
            }
        }
        Ok(())
    }

    /// The shares so far.
    pub fn report(&self) -> FaultReport {
        let share = |count: usize| if self.lines > 0 { count as f64 / self.lines as f64 } else { 0.0 };
        FaultReport { lines: self.lines, faulty: share(self.faulty), with: self.with.map(share) }
    }
}

/// Shares of the lines that have each [`LineFault`].
#[derive(Clone, Copy, Debug)]
pub struct FaultReport {
    lines: usize,
    faulty: f64,
    with: [f64; LineFault::ALL.len()],
}

impl FaultReport {
    fn of(&self, fault: LineFault) -> f64 {
        LineFault::ALL.iter().zip(self.with).find(|(other, _)| **other == fault).map_or(0.0, |(_, share)| share)
    }

    /// What a card says: the share of lines that are a subsequence of one sentence, and of those with each other fault.
    pub fn shares(&self) -> impl Iterator<Item = (String, f64)> {
        let subsequences = 1.0 - self.of(LineFault::NotSubsequence);
        let faults = LineFault::ALL.into_iter().filter(|fault| *fault != LineFault::NotSubsequence);
        let faults = faults.map(|fault| (format!("share of lines: {}", fault.description()), self.of(fault)));
        std::iter::once(("share of lines that are a subsequence of one sentence".to_owned(), subsequences))
            .chain(faults)
    }

    /// Prints a table of them, beside those of the baseline.
    pub fn print(&self, baseline: &Self) -> Result<()> {
        print_line!(
            "  {:<50} {:>9} {:>9}",
            format!("of {} and {} lines, in percent", self.lines, baseline.lines),
            "model",
            "baseline"
        )?;
        for ((name, share), (_, other)) in self.shares().zip(baseline.shares()) {
            let name = name
                .trim_start_matches("share of lines")
                .trim_start_matches([':', ' '])
                .trim_start_matches("that are ");
            print_line!("  {name:<50} {:>9.1} {:>9.1}", 100.0 * share, 100.0 * other)?;
        }
        print_line!("  {:<50} {:>9.1} {:>9.1}", "any of these faults", 100.0 * self.faulty, 100.0 * baseline.faulty)?;
        Ok(())
    }
}

impl Serialize for FaultReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("lines", &self.lines)?;
        map.serialize_entry("faulty", &self.faulty)?;
        map.serialize_entry("subsequences", &(1.0 - self.of(LineFault::NotSubsequence)))?;
        for (fault, share) in LineFault::ALL.iter().zip(self.with) {
            map.serialize_entry(fault.name(), &share)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_all_lines() {
        let mut tally = FaultTally::default();
        let source = FaultSource::read("The bridge did not open. It closed again.");
        for summary in ["The bridge did open.\nIt closed again.", "It closed again", ""] {
            tally.add(&source, summary, false, |_| Ok(None)).unwrap();
        }
        let report = tally.report();
        assert_eq!((report.lines, report.faulty), (3, 2.0 / 3.0));
        for fault in LineFault::ALL {
            let expected = match fault {
                LineFault::Polarity | LineFault::Dangling | LineFault::Unfinished => 1.0 / 3.0,
                _ => 0.0,
            };
            assert_eq!(report.of(fault), expected, "{fault:?}");
        }
        let json = serde_json::to_value(report).unwrap();
        assert_eq!((&json["subsequences"], &json["polarity"]), (&1.0.into(), &(1.0 / 3.0).into()));
        assert_eq!(report.shares().count(), LineFault::ALL.len());
    }
}
