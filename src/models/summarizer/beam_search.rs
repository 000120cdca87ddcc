//! Writing: a search over what the model could say, one piece at a time, for several sources at once.
//!
//! Beam search with normalized lengths (Wu et al., *Google's neural machine translation system*, 2016) in which no three pieces follow one
//! another twice (Paulus et al. 2018). Words are said whole: one that is copied is copied to its end, and one that is not stands in
//! the list of words, so that none is made up. Digits are copied or not said at all.

use std::{collections::HashMap, ops::ControlFlow, rc::Rc};

use burn::tensor::{Device, ExecutionError, Int, Tensor, TensorData, Transaction};

use super::{
    SummaryKind,
    network::{EncodedSource, SourcePointer, SummarizerNetwork, batch},
};
use crate::{
    nn::{LstmState, ShapeError},
    text::{Lexicon, TokenId, WordPieceVocabulary},
};

/// How it searches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BeamSearchConfig {
    /// Writings that are followed at a time; 1 is greedy.
    pub beam: usize,
    /// A writing's score is the logarithm of its share, divided by its length to this power.
    pub normalization: f32,
    /// Taken off the logarithm of a piece that the source does not hold.
    pub novelty: f32,
}

impl BeamSearchConfig {
    /// What is good for a kind: chosen on a part of the training sets.
    pub fn of(kind: SummaryKind) -> Self {
        let normalization = match kind {
            SummaryKind::Sentence => 0.5,
            SummaryKind::Headline => 1.1,
            // Several sentences side by side may say more, each.
            SummaryKind::KeyPoints | SummaryKind::Tldr | SummaryKind::Teaser => 1.5,
        };
        Self { beam: 4, normalization, novelty: 1.5 }
    }
}

/// Something to be rewritten.
#[derive(Clone, Debug)]
pub struct DecodeJob<'a> {
    /// The pieces of the source; not empty.
    pub source: &'a [TokenId],
    /// The control token.
    pub wanted: TokenId,
    /// Words before which no end is taken.
    pub shortest: usize,
    /// Words after which it must end.
    pub longest: usize,
}

/// One piece that was written.
#[derive(Clone, Debug)]
pub struct DecodedToken {
    /// The piece.
    pub id: TokenId,
    /// The piece of the source that it was copied from.
    pub place: Option<usize>,
    /// What the model looked at, `[source]`.
    pub attention: Rc<[f32]>,
}

/// What was written for a job.
#[derive(Clone, Debug, Default)]
pub struct DecodeResult {
    /// Without the end.
    pub pieces: Vec<DecodedToken>,
    /// Normalized, the larger the surer.
    pub score: f32,
    /// Whether it came to an end by itself.
    pub ended: bool,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The device failed.
    #[error("the device failed: {0:?}")]
    Device(ExecutionError),
    /// It was stopped.
    #[error("stopped")]
    Stopped,
    /// A layer was given what it cannot take.
    #[error(transparent)]
    Shape(#[from] ShapeError),
}

/// Which pieces can be said, and how.
#[derive(Clone, Debug)]
pub struct TokenRules {
    /// Whether a piece goes on inside a word.
    goes_on: Vec<bool>,
    /// Whether a piece that the source does not hold may be said by itself: a word of the list, or a mark.
    alone: Vec<bool>,
    /// Whether a piece counts as a word.
    word: Vec<bool>,
}

/// Marks that may be said though the source does not hold them.
const MARKS: [&str; 6] = [".", ",", ":", "'s", "-", "?"];

impl TokenRules {
    /// Looks every piece of a vocabulary up.
    pub fn new(vocabulary: &WordPieceVocabulary, words: &Lexicon) -> Self {
        let texts = || (0..vocabulary.len()).map(|id| vocabulary.text(TokenId(id as u16)));
        let letters = |text: &str| text.chars().all(|c| c.is_alphabetic() || c == '\'' || c == '.');
        Self {
            goes_on: texts().map(|piece| piece.is_some_and(|(_, goes_on)| goes_on)).collect(),
            alone: texts()
                .map(|piece| {
                    piece.is_some_and(|(text, goes_on)| {
                        !goes_on && (MARKS.contains(&text) || (letters(text) && words.is_known(text)))
                    })
                })
                .collect(),
            word: texts()
                .map(|piece| piece.is_some_and(|(text, goes_on)| !goes_on && text.contains(char::is_alphanumeric)))
                .collect(),
        }
    }

    fn goes_on(&self, id: TokenId) -> bool {
        self.goes_on.get(id.index()).copied().unwrap_or(false)
    }

    fn is_word(&self, id: TokenId) -> bool {
        id == TokenId::UNKNOWN || self.word.get(id.index()).copied().unwrap_or(false)
    }
}

/// A writing that is followed.
#[derive(Clone)]
struct Hypothesis {
    pieces: Vec<DecodedToken>,
    pointer: SourcePointer,
    /// The logarithm of its share.
    share: f32,
    words: usize,
    /// The row of its state.
    row: usize,
}

impl Hypothesis {
    fn last(&self, wanted: TokenId) -> TokenId {
        self.pieces.last().map_or(wanted, |piece| piece.id)
    }

    /// Whether a piece would make three pieces follow one another a second time, or say the same twice in a row.
    fn repeats(&self, id: TokenId) -> bool {
        let [.., a, b] = self.pieces.as_slice() else { return self.pieces.last().is_some_and(|last| last.id == id) };
        b.id == id || self.pieces.windows(3).any(|three| [three[0].id, three[1].id, three[2].id] == [a.id, b.id, id])
    }
}

/// What a row could say next.
struct StepProbabilities<'a> {
    /// `[sayable]`, logarithms.
    vocabulary: &'a [f32],
    /// `[source]`
    attention: &'a [f32],
    /// The share of saying.
    gate: f32,
}

/// A way on.
struct Candidate {
    from: usize,
    id: TokenId,
    place: Option<usize>,
    share: f32,
}

const SMALLEST: f32 = 1e-9;

/// The ways on from a writing, the end among them.
fn ways(
    job: &DecodeJob,
    speech: &TokenRules,
    search: &BeamSearchConfig,
    hypothesis: &Hypothesis,
    shares: &StepProbabilities,
    from: usize,
) -> Vec<Candidate> {
    let mut copied: HashMap<TokenId, f32> = HashMap::with_capacity(job.source.len());
    for (place, id) in job.source.iter().enumerate() {
        *copied.entry(*id).or_default() += (1.0 - shares.gate) * shares.attention[place];
    }
    let said = |id: TokenId| shares.vocabulary.get(id.index()).map_or(0.0, |share| shares.gate * share.exp());
    let total = |share: f32| hypothesis.share + share.max(SMALLEST).ln();

    // A word that was begun is copied to its end.
    if let Some(place) = hypothesis.pieces.last().and_then(|last| last.place).map(|place| place + 1)
        && let Some(id) = job.source.get(place).copied().filter(|id| speech.goes_on(*id))
    {
        let share = copied.get(&id).copied().unwrap_or(0.0) + said(id);
        return vec![Candidate { from, id, place: Some(place), share: total(share.max(0.05)) }];
    }
    let mut ways = Vec::new();
    let full = hypothesis.words >= job.longest;
    if hypothesis.words >= job.shortest || full {
        ways.push(Candidate { from, id: TokenId::END, place: None, share: total(said(TokenId::END)) });
    }
    for (id, share) in &copied {
        if speech.goes_on(*id) || id.is_special() && *id != TokenId::UNKNOWN || hypothesis.repeats(*id) {
            continue;
        }
        if full && speech.is_word(*id) {
            continue;
        }
        let own = said(*id);
        let mut pointer = hypothesis.pointer.clone();
        pointer.follow(job.source, *id);
        let alone = speech.alone.get(id.index()).copied().unwrap_or(false);
        let place = pointer.read().filter(|_| *share >= own || !alone);
        if place.is_some() || alone {
            ways.push(Candidate { from, id: *id, place, share: total(share + own) });
        }
    }
    for (id, logarithm) in shares.vocabulary.iter().enumerate() {
        let id_of = TokenId(id as u16);
        // Most are far too improbable to be looked at any further.
        if *logarithm < -9.0 || !speech.alone[id] || copied.contains_key(&id_of) || id_of.is_special() {
            continue;
        }
        if hypothesis.repeats(id_of) || (full && speech.is_word(id_of)) {
            continue;
        }
        ways.push(Candidate {
            from,
            id: id_of,
            place: None,
            share: total(shares.gate * logarithm.exp()) - search.novelty,
        });
    }
    ways
}

/// Writes for all jobs at once: for each what came to an end, the best first, or what did not if nothing did. `each` hears of the best writing so far of each job after every step, and may stop it.
///
/// # Errors
/// [`DecodeError`].
pub async fn write(
    network: &SummarizerNetwork,
    speech: &TokenRules,
    jobs: &[DecodeJob<'_>],
    search: BeamSearchConfig,
    device: &Device,
    mut each: impl AsyncFnMut(&[&[DecodedToken]]) -> ControlFlow<()>,
) -> Result<Vec<Vec<DecodeResult>>, DecodeError> {
    let sources: Vec<&[TokenId]> = jobs.iter().map(|job| job.source).collect();
    if sources.iter().any(|source| source.is_empty()) || jobs.is_empty() {
        return Ok(vec![Vec::new(); jobs.len()]);
    }
    let beam = search.beam.max(1);
    let rows = jobs.len() * beam;
    let (ids, visible) = batch::rectangle(&sources, device);
    let [_, width] = ids.dims();
    let memory = network.read(ids, visible)?;
    let of_rows: Vec<i32> = (0..rows).map(|row| (row / beam) as i32).collect();
    let (memory, mut state) = repeat(memory, of_rows, device);

    let begin = Hypothesis { pieces: Vec::new(), pointer: SourcePointer::default(), share: 0.0, words: 0, row: 0 };
    let mut live: Vec<Vec<Hypothesis>> =
        (0..jobs.len()).map(|job| vec![Hypothesis { row: job * beam, ..begin.clone() }]).collect();
    let mut ended: Vec<Vec<DecodeResult>> = vec![Vec::new(); jobs.len()];
    // Marks and pieces of words come on top of the words.
    let steps = jobs.iter().map(|job| job.longest * 3 + 8).max().unwrap_or(0);
    for _ in 0..steps {
        let mut draft = batch::DecoderInputsBuilder::new([rows, 1, width]);
        for (job, hypotheses) in jobs.iter().zip(&live) {
            hypotheses.iter().for_each(|h| draft.put(h.row, 0, h.last(job.wanted), &h.pointer));
        }
        let decoded = network.decode(&memory, draft.tensors(device), state)?;
        let [_, _, sayable] = decoded.vocabulary.dims();
        let read = Transaction::default()
            .register(decoded.vocabulary)
            .register(decoded.attention)
            .register(decoded.gate)
            .execute_async()
            .await
            .map_err(DecodeError::Device)?;
        let [vocabulary, attention, gates] =
            [0, 1, 2].map(|at| read.get(at).map(|data| data.iter::<f32>().collect::<Vec<f32>>()).unwrap_or_default());
        let mut before: Vec<i32> = (0..rows as i32).collect();
        for (at, job) in jobs.iter().enumerate() {
            let mut all: Vec<Candidate> = Vec::new();
            for (from, hypothesis) in live[at].iter().enumerate() {
                let row = hypothesis.row;
                let shares = StepProbabilities {
                    vocabulary: &vocabulary[row * sayable..][..sayable],
                    attention: &attention[row * width..][..width],
                    gate: gates[row],
                };
                all.extend(ways(job, speech, &search, hypothesis, &shares, from));
            }
            // Equal shares are parted by the piece, so that a result does not depend on the order of a table.
            all.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.id.cmp(&b.id)).then(a.from.cmp(&b.from)));
            let mut next = Vec::with_capacity(beam);
            for way in all.into_iter().take(2 * beam) {
                let from = &live[at][way.from];
                if way.id == TokenId::END {
                    ended[at].push(DecodeResult {
                        pieces: from.pieces.clone(),
                        score: normalized(way.share, from.pieces.len() + 1, &search),
                        ended: true,
                    });
                    continue;
                }
                if next.len() == beam {
                    continue;
                }
                let mut hypothesis = from.clone();
                let row = at * beam + next.len();
                before[row] = from.row as i32;
                let attention = Rc::from(&attention[from.row * width..][..job.source.len()]);
                hypothesis.pieces.push(DecodedToken { id: way.id, place: way.place, attention });
                hypothesis.pointer.follow(job.source, way.id);
                hypothesis.words += usize::from(speech.is_word(way.id));
                hypothesis.share = way.share;
                hypothesis.row = row;
                next.push(hypothesis);
            }
            // What cannot become better than what has ended is not followed.
            let best = ended[at].iter().map(|written| written.score).fold(f32::NEG_INFINITY, f32::max);
            let reach = |h: &Hypothesis| normalized(h.share, (job.longest * 3 / 2).max(h.pieces.len()), &search);
            if ended[at].len() >= beam && next.iter().all(|h| reach(h) <= best) || beam == 1 && !ended[at].is_empty() {
                next.clear();
            }
            live[at] = next;
        }
        let so_far: Vec<&[DecodedToken]> = (0..jobs.len()).map(|at| best_of(&live[at], &ended[at])).collect();
        if each(&so_far).await.is_break() {
            return Err(DecodeError::Stopped);
        }
        if live.iter().all(Vec::is_empty) {
            break;
        }
        let order = Tensor::<1, Int>::from_data(TensorData::new(before, [rows]), device);
        state = LstmState {
            hidden: decoded.state.hidden.select(1, order.clone()),
            cell: decoded.state.cell.select(1, order),
        };
    }
    let finish = |(mut ended, live): (Vec<DecodeResult>, Vec<Hypothesis>)| {
        let unended = |h: Hypothesis| DecodeResult {
            score: normalized(h.share, h.pieces.len(), &search),
            pieces: h.pieces,
            ended: false,
        };
        if ended.is_empty() {
            ended.extend(live.into_iter().map(unended));
        }
        ended.sort_by(|a, b| b.score.total_cmp(&a.score));
        ended
    };
    Ok(ended.into_iter().zip(live).map(finish).collect())
}

fn normalized(share: f32, length: usize, search: &BeamSearchConfig) -> f32 {
    share / (length.max(1) as f32).powf(search.normalization)
}

/// The best of what is followed, else of what has ended.
fn best_of<'a>(live: &'a [Hypothesis], ended: &'a [DecodeResult]) -> &'a [DecodedToken] {
    let done = ended.iter().max_by(|a, b| a.score.total_cmp(&b.score)).map(|written| written.pieces.as_slice());
    live.first().map(|hypothesis| hypothesis.pieces.as_slice()).or(done).unwrap_or_default()
}

/// A row for each writing that is followed.
fn repeat(memory: EncodedSource, rows: Vec<i32>, device: &Device) -> (EncodedSource, LstmState) {
    let count = rows.len();
    let rows = Tensor::<1, Int>::from_data(TensorData::new(rows, [count]), device);
    let start = LstmState {
        hidden: memory.start.hidden.select(1, rows.clone()),
        cell: memory.start.cell.select(1, rows.clone()),
    };
    let memory = EncodedSource {
        states: memory.states.select(0, rows.clone()),
        hidden: memory.hidden.select(0, rows),
        start: start.clone(),
    };
    (memory, start)
}
