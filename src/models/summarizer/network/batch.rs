//! Makes tensors of token ids: batches of sources, decoder inputs and documents.

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::{
    layers::{DecoderInputs, TargetProbabilities},
    source_pointer::{SourcePointer, move_of},
};
use crate::{
    models::summarizer::sentence_features::{FEATURES, SentencePlace, features},
    text::TokenId,
};

/// Rows of different lengths as a rectangle, and which of it is filled.
pub(in crate::models::summarizer) fn rectangle(rows: &[&[TokenId]], device: &Device) -> (Tensor<2, Int>, Tensor<2>) {
    let width = rows.iter().map(|row| row.len()).max().unwrap_or(0).max(1);
    let mut ids = vec![i32::from(TokenId::PAD.0); rows.len() * width];
    let mut visible = vec![0f32; rows.len() * width];
    for (at, row) in rows.iter().enumerate() {
        for (place, id) in row.iter().enumerate() {
            ids[at * width + place] = i32::from(id.0);
            visible[at * width + place] = 1.0;
        }
    }
    let shape = [rows.len(), width];
    (Tensor::from_data(TensorData::new(ids, shape), device), Tensor::from_data(TensorData::new(visible, shape), device))
}

/// The numbers of [`DecoderInputs`], row by row.
pub(in crate::models::summarizer) struct DecoderInputsBuilder {
    shape: [usize; 3],
    tokens: Vec<i32>,
    read: Vec<f32>,
    moves: Vec<i32>,
    said: Vec<f32>,
}

impl DecoderInputsBuilder {
    /// `[batch, steps, source]`
    pub fn new(shape: [usize; 3]) -> Self {
        let [batch, steps, source] = shape;
        let all = batch * steps * source;
        Self {
            shape,
            tokens: vec![i32::from(TokenId::PAD.0); batch * steps],
            read: vec![0.0; all],
            moves: vec![0; all],
            said: vec![0.0; all],
        }
    }

    /// Where a writing stands at a step, and the piece before it.
    pub fn put(&mut self, row: usize, step: usize, token: TokenId, pointer: &SourcePointer) {
        let [_, steps, source] = self.shape;
        self.tokens[row * steps + step] = i32::from(token.0);
        let at = (row * steps + step) * source;
        if let Some(read) = pointer.read() {
            self.read[at + read] = 1.0;
        }
        for place in 0..source {
            self.moves[at + place] = move_of(pointer.distance(place)) as i32;
        }
        for said in pointer.coverage() {
            self.said[at + said] = 1.0;
        }
    }

    pub fn tensors(self, device: &Device) -> DecoderInputs {
        let [batch, steps, _] = self.shape;
        let float = |values: Vec<f32>| Tensor::from_data(TensorData::new(values, self.shape), device);
        DecoderInputs {
            tokens: Tensor::from_data(TensorData::new(self.tokens, [batch, steps]), device),
            read: float(self.read),
            moves: Tensor::from_data(TensorData::new(self.moves, self.shape), device),
            said: float(self.said),
        }
    }
}

/// What is given, the piece that says what is wanted, and what is to be written, without an end.
#[derive(Clone, Copy, Debug)]
pub struct Example<'a> {
    /// The pieces of the source.
    pub source: &'a [TokenId],
    /// The control token.
    pub wanted: TokenId,
    /// The pieces of the target.
    pub target: &'a [TokenId],
}

/// A batch of examples for teacher forcing.
#[derive(Clone, Debug)]
pub struct ExampleBatch {
    /// `[batch, source]`, pieces.
    pub source: Tensor<2, Int>,
    /// `[batch, source]`, 1 where there is one.
    pub visible: Tensor<2>,
    /// Where each target stands at each step.
    pub steps: DecoderInputs,
    /// What comes next.
    pub targets: TargetProbabilities,
}

impl ExampleBatch {
    /// Puts examples on a device, for a model that can say the first `sayable` pieces. `coverage` says whether the model is told what
    /// it has said.
    pub fn new(examples: &[Example], sayable: usize, coverage: bool, device: &Device) -> Self {
        let sources: Vec<&[TokenId]> = examples.iter().map(|example| example.source).collect();
        let (source, visible) = rectangle(&sources, device);
        let [batch, width] = source.dims();
        let steps = examples.iter().map(|example| example.target.len() + 1).max().unwrap_or(1);
        let mut draft = DecoderInputsBuilder::new([batch, steps, width]);
        let mut tokens = vec![0i32; batch * steps];
        let (mut can_say, mut counted) = (vec![0f32; batch * steps], vec![0f32; batch * steps]);
        let mut copies = vec![0f32; batch * steps * width];
        for (row, example) in examples.iter().enumerate() {
            let mut pointer = SourcePointer::default();
            let mut before = example.wanted;
            for (step, next) in example.target.iter().copied().chain([TokenId::END]).enumerate() {
                draft.put(row, step, before, &pointer);
                let at = row * steps + step;
                let mut copied = false;
                for (place, _) in example.source.iter().enumerate().filter(|(_, id)| **id == next) {
                    copies[at * width + place] = 1.0;
                    copied = true;
                }
                let said = next.index() < sayable && next != TokenId::UNKNOWN;
                if said {
                    tokens[at] = i32::from(next.0);
                    can_say[at] = 1.0;
                }
                if said || copied {
                    counted[at] = 1.0;
                }
                pointer.follow(example.source, next);
                before = next;
            }
        }
        if !coverage {
            draft.said.fill(0.0);
        }
        let float = |values: Vec<f32>| Tensor::from_data(TensorData::new(values, [batch, steps]), device);
        Self {
            source,
            visible,
            steps: draft.tensors(device),
            targets: TargetProbabilities {
                tokens: Tensor::from_data(TensorData::new(tokens, [batch, steps]), device),
                sayable: float(can_say),
                copies: Tensor::from_data(TensorData::new(copies, [batch, steps, width]), device),
                counted: float(counted),
            },
        }
    }
}

/// A batch of documents.
#[derive(Clone, Debug)]
pub struct DocumentBatch {
    /// `[documents × sentences, words]`, pieces.
    pub words: Tensor<2, Int>,
    /// 1 where there is one.
    pub visible: Tensor<2>,
    /// `[documents, sentences, FEATURES]`
    pub features: Tensor<3>,
    /// 1 where there is a sentence, `[documents, sentences]`.
    pub sentences: Tensor<2>,
}

impl DocumentBatch {
    /// Puts documents on a device: for each, the pieces of its sentences, and where they stand, if that is known.
    pub fn new(documents: &[(Vec<&[TokenId]>, &[SentencePlace])], device: &Device) -> Self {
        let count = documents.iter().map(|(sentences, _)| sentences.len()).max().unwrap_or(0).max(1);
        let mut rows: Vec<&[TokenId]> = Vec::with_capacity(documents.len() * count);
        let mut known = Vec::with_capacity(documents.len() * count * FEATURES);
        let mut there = Vec::with_capacity(documents.len() * count);
        for (document, places) in documents {
            let missing = count - document.len();
            rows.extend(document.iter().copied().chain(std::iter::repeat_n(&[][..], missing)));
            known.extend(
                features(document, places).into_iter().flatten().chain(std::iter::repeat_n(0.0, missing * FEATURES)),
            );
            there.extend((0..count).map(|at| f32::from(at < document.len())));
        }
        let (words, visible) = rectangle(&rows, device);
        Self {
            words,
            visible,
            features: Tensor::from_data(TensorData::new(known, [documents.len(), count, FEATURES]), device),
            sentences: Tensor::from_data(TensorData::new(there, [documents.len(), count]), device),
        }
    }
}
