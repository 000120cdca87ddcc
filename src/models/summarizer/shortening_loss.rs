//! The loss of shortening: whether each piece of a sentence is kept in the line that somebody made of it.

use burn::tensor::{
    Device, Tensor, TensorData,
    activation::{relu, sigmoid},
};

use super::{
    SummaryKind,
    corpus::TrainingPair,
    network::{ShorteningStyle, SummarizerNetwork, batch::rectangle},
    rouge::common_subsequence,
};
use crate::text::TokenId;

/// The share of a line's pieces that stand in its sentence, in order, at least; else it is written anew, and says nothing of what goes.
const ALIGNED: f32 = 0.8;

/// Whether a network learns a pair by judging the pieces of its source.
pub fn is_shortened(network: &SummarizerNetwork, pair: &TrainingPair) -> bool {
    network.shortens() && pair.kind != SummaryKind::Headline
}

/// The mean binary cross-entropy of keeping the pieces of some sources, against their targets, `[1]`; nothing where no target is a part
/// of its source.
///
/// # Panics
/// Never: the shapes are made here.
pub fn shortening_loss(network: &SummarizerNetwork, pairs: &[&TrainingPair], device: &Device) -> Tensor<1> {
    let batch = ShorteningBatch::new(pairs, device);
    let odds = batch.odds(network);
    cross_entropy(odds, batch.kept, batch.counted)
}

/// How far a network's judgment of the pieces of some sources is from its parent's, `[1]`: the mean Kullback-Leibler divergence; 0 where
/// both think the same. `device` is the parent's, without gradients.
///
/// # Panics
/// Never: the shapes are made here.
pub fn shortening_divergence(
    network: &SummarizerNetwork,
    parent: &SummarizerNetwork,
    pairs: &[&TrainingPair],
    device: &Device,
) -> Tensor<1> {
    let batch = ShorteningBatch::new(pairs, device);
    let parents = batch.odds(parent);
    let shares = sigmoid(parents.clone());
    let entropy = cross_entropy(parents, shares.clone(), batch.visible.clone());
    let batch = ShorteningBatch::new(pairs, &device.clone().autodiff());
    let odds = batch.odds(network);
    cross_entropy(odds, shares.autodiff(), batch.visible) - entropy.autodiff()
}

/// The mean over the places that count.
fn cross_entropy(odds: Tensor<2>, kept: Tensor<2>, counted: Tensor<2>) -> Tensor<1> {
    // max(x, 0) − x y + ln(1 + e^−|x|), which no x makes infinite.
    let lost = relu(odds.clone()) - odds.clone() * kept + (odds.abs() * -1.0).exp().log1p();
    (lost * counted.clone()).sum() / counted.sum().clamp_min(1.0)
}

/// Sources whose pieces are judged.
struct ShorteningBatch {
    words: Tensor<2, burn::tensor::Int>,
    /// 1 where there is a piece, `[pairs, pieces]`.
    visible: Tensor<2>,
    /// 1 where a piece is kept, `[pairs, pieces]`.
    kept: Tensor<2>,
    /// 1 at the pieces of sources whose target says what is kept, `[pairs, pieces]`.
    counted: Tensor<2>,
    /// 1 at the style that a pair is of, `[pairs, 1, styles]`.
    styles: Tensor<3>,
}

impl ShorteningBatch {
    fn new(pairs: &[&TrainingPair], device: &Device) -> Self {
        let sources: Vec<&[TokenId]> = pairs.iter().map(|pair| &*pair.source).collect();
        let (words, visible) = rectangle(&sources, device);
        let [count, width] = words.dims();
        let (mut kept, mut counted) = (vec![0f32; count * width], vec![0f32; count * width]);
        let mut styles = vec![0f32; count * ShorteningStyle::COUNT];
        for (row, pair) in pairs.iter().enumerate() {
            styles[row * ShorteningStyle::COUNT + ShorteningStyle::of(pair.kind).index()] = 1.0;
            let Some(places) = kept_pieces(&pair.source, &pair.target) else { continue };
            for (at, is_kept) in places.into_iter().enumerate() {
                kept[row * width + at] = f32::from(is_kept);
                counted[row * width + at] = 1.0;
            }
        }
        let float = |values: Vec<f32>| Tensor::from_data(TensorData::new(values, [count, width]), device);
        Self {
            words,
            visible,
            kept: float(kept),
            counted: float(counted),
            styles: Tensor::from_data(TensorData::new(styles, [count, 1, ShorteningStyle::COUNT]), device),
        }
    }

    fn odds(&self, network: &SummarizerNetwork) -> Tensor<2> {
        let kept = network.kept(self.words.clone(), self.visible.clone()).expect("shapes that were made together");
        match kept {
            Some(kept) => (kept * self.styles.clone()).sum_dim(2).squeeze_dim(2),
            None => Tensor::zeros_like(&self.visible),
        }
    }
}

/// Which pieces of a source its target keeps: the longest common subsequence; none if too little of the target stands in it.
fn kept_pieces(source: &[TokenId], target: &[TokenId]) -> Option<Vec<bool>> {
    let places = common_subsequence(source, target);
    if (places.len() as f32) < ALIGNED * target.len() as f32 {
        return None;
    }
    let mut kept = vec![false; source.len()];
    places.into_iter().for_each(|at| kept[at] = true);
    Some(kept)
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;
    use crate::models::summarizer::network::SummarizerConfig;

    fn ids(ids: &[u16]) -> Box<[TokenId]> {
        ids.iter().copied().map(TokenId).collect()
    }

    fn pair(kind: SummaryKind) -> TrainingPair {
        TrainingPair { kind, source: ids(&[20, 21, 22, 23, 24]), target: ids(&[20, 22, 24]) }
    }

    fn network(device: &Device) -> SummarizerNetwork {
        let widths = SummarizerConfig { reader: Some(4), ..SummarizerConfig::without_reader(40) };
        widths.init(device).unwrap()
    }

    #[test]
    fn what_is_kept_is_found_in_order() {
        assert_eq!(kept_pieces(&ids(&[20, 21, 22]), &ids(&[20, 22])), Some(vec![true, false, true]));
        assert_eq!(kept_pieces(&ids(&[20, 21, 22]), &ids(&[22, 20, 30])), None);
    }

    #[test]
    fn a_network_learns_what_to_leave_out() {
        use burn::{
            module::Module,
            optim::{AdamConfig, GradientsParams},
        };
        let device = Device::flex().autodiff();
        device.seed(1);
        let mut network = network(&device);
        let taught = [&pair(SummaryKind::KeyPoints)];
        let loss = |network: &SummarizerNetwork| {
            shortening_loss(network, &taught, &device).into_data().iter::<f32>().next().unwrap()
        };
        let before = loss(&network);
        let parent = network.valid();
        let same = shortening_divergence(&network, &parent, &taught, &Device::flex());
        assert!(same.into_data().iter::<f32>().next().unwrap().abs() < 1e-6);
        let mut optimizer = AdamConfig::new().init();
        for _ in 0..60 {
            let gradients = shortening_loss(&network, &taught, &device).backward();
            let gradients = GradientsParams::from_grads(gradients, &network);
            network = optimizer.step(0.01, network, gradients);
        }
        assert!(loss(&network) < before / 4.0, "{before} {}", loss(&network));
        let apart = shortening_divergence(&network, &parent, &taught, &Device::flex());
        assert!(apart.into_data().iter::<f32>().next().unwrap() > 0.1);
    }
}
