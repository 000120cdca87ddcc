"""What train.py learns from: arrays on the device, batches of them with their losses, and what is measured on those held out."""

import numpy as np
import torch
import torch.nn.functional as F

from network import FEATURES, PADDING
from texts import NOT_COPIED, UNKNOWN

# Pieces before this one are marks, digits and words of every text; as in src/models/summarizer/sentence_features.rs.
COMMON = 560
PLAIN_FEATURES = 9
PLACE_FIGURES = FEATURES - PLAIN_FEATURES
HEADLINE = 4
SYNTAX_DROPOUT = 0.2


def starts(lengths):
    """Where rows of some lengths start in one long array, and where the last one ends."""
    return np.concatenate([[0], np.cumsum(lengths.astype(np.int64))])


class Tensors:
    """Puts arrays on a device."""

    def __init__(self, device):
        self.device = device

    def whole(self, array):
        return torch.as_tensor(array.astype(np.int64)).to(self.device)

    def real(self, array):
        return torch.as_tensor(array.astype(np.float32)).to(self.device)

    def indices(self, array):
        return torch.as_tensor(array, device=self.device)

    def places(self, width):
        return torch.arange(width, device=self.device)


class SyntaxBatches:
    """Sentences with the part of speech, relation and head of each word; a batch is of sentences of one length."""

    def __init__(self, arrays, network, rng, tensors, small):
        self.network, self.rng, self.tensors, self.small = network, rng, tensors, small
        self.lengths, self.word_counts = arrays["syn_len"], arrays["syn_wlen"]
        start, word_start, words = starts(self.lengths), starts(self.word_counts), self.word_counts.astype(np.int64)
        first = np.cumsum(arrays["syn_first"].astype(np.int64)) - arrays["syn_first"]
        self.ids = tensors.whole(arrays["syn_ids"])
        # The place of a word's first piece in its sentence.
        self.first = tensors.whole(first - np.repeat(start[:-1], words))
        self.part_of_speech, self.relation, self.head = (tensors.whole(arrays[f"syn_{name}"]) for name in ("pos", "dep", "head"))
        self.start, self.word_start, self.words = tensors.whole(start), tensors.whole(word_start), tensors.whole(self.word_counts)
        self.held_out = np.arange(len(self.lengths)) % 97 == 0
        rows = {length: np.nonzero((self.lengths == length) & ~self.held_out)[0] for length in range(4, 81)}
        self.rows = {length: found for length, found in rows.items() if len(found)}
        self.choices = np.array(sorted(self.rows))
        mass = np.array([len(self.rows[length]) * length for length in self.choices], float)
        self.shares = mass / mass.sum()
        self.pieces = 512 if small else 16384

    def sample(self):
        """Sentences of one length, as many as have about the same number of pieces together."""
        length = int(self.rng.choice(self.choices, p=self.shares))
        rows = self.rows[length]
        return self.rng.choice(rows, min(len(rows), max(1, self.pieces // length))), length

    def loss(self, rows, length, masked):
        """The loss of a batch, a share of whose pieces is masked and guessed; not in training, also the shares that are right."""
        network, places = self.network, self.tensors.places
        at = self.tensors.indices(rows)
        ids = self.ids[self.start[at][:, None] + places(length)]
        word = places(int(self.word_counts[rows].max()))
        there = word[None] < self.words[at][:, None]
        word_at = (self.word_start[at][:, None] + word).clamp(max=len(self.part_of_speech) - 1)
        first = torch.where(there, self.first[word_at], 0)
        given, mask = ids, None
        if masked > 0:
            mask = torch.rand(ids.shape, device=self.tensors.device) < masked
            given = torch.where(mask, UNKNOWN, ids)
        states = network.read(given, None, SYNTAX_DROPOUT)
        words = states.gather(1, first[:, :, None].expand(-1, -1, states.shape[2]))
        weight = there.float()
        count = weight.sum()

        def target(labels):
            return torch.where(there, labels[word_at], 0)

        arcs = network.arcs(words).masked_fill(~there[:, None], -1e9)
        guesses = [
            (network.syntax.part_of_speech(words), target(self.part_of_speech)),
            (network.syntax.relation(words), target(self.relation)),
            (arcs, target(self.head)),
        ]
        part_of_speech, relation, head = (
            (F.cross_entropy(logits.reshape(-1, logits.shape[-1]), right.reshape(-1), reduction="none") * weight.reshape(-1)).sum()
            / count
            for logits, right in guesses
        )
        right = None
        if not network.training:
            right = [(((logits.argmax(-1) == truth) & there).float().sum() / count).item() for logits, truth in guesses]
        loss = part_of_speech * 0.5 + relation + head
        if mask is not None and mask.any():
            guess = network.mask_out(states[mask]) @ network.embedding.weight.T
            loss = loss + 0.5 * F.cross_entropy(guess, ids[mask])
        return loss, right

    @torch.no_grad()
    def measure(self):
        """Shares of parts of speech, relations and heads that are right."""
        self.network.eval()
        total, count = np.zeros(3), 0
        for length in range(8, 41, 4):
            rows = np.nonzero((self.lengths == length) & self.held_out)[0][: 20 if self.small else 500]
            if len(rows):
                total += np.array(self.loss(rows, length, 0)[1]) * len(rows)
                count += len(rows)
        self.network.train()
        return [float(round(value, 4)) for value in total / max(count, 1)]


def plain_features(arrays, document_starts, lengths, piece_starts):
    """The figures of each sentence, as in src/models/summarizer/sentence_features.rs."""
    found = np.zeros((len(lengths), FEATURES), np.float32)
    ids = arrays["doc_ids"]

    def log(number):
        return np.log1p(number) / 4

    for document in range(len(document_starts) - 1):
        start, end = document_starts[document], document_starts[document + 1]
        count, sizes = end - start, lengths[start:end]
        pieces = ids[piece_starts[start] : piece_starts[end]]
        _, inverse, times = np.unique(pieces, return_inverse=True, return_counts=True)
        often, content = np.log(times)[inverse], pieces >= COMMON
        sentence = np.repeat(np.arange(count), sizes)
        words = np.maximum(np.bincount(sentence, content, count), 1)
        central = np.bincount(sentence, often * content, count)
        first = pieces[: sizes[0]]
        shared = np.bincount(sentence, np.isin(pieces, first[first >= COMMON]) & content, count)
        at = np.arange(count)
        row = found[start:end]
        row[:, 0], row[:, 1] = log(at), at / count
        for place in range(3):
            row[:, 2 + place] = at == place
        row[:, 5], row[:, 6], row[:, 7], row[:, 8] = log(count), log(sizes), central / words, shared / words
    block = arrays["doc_struct"].reshape(-1, PLACE_FIGURES).astype(np.float32)
    found[:, 9] = block[:, 0]
    found[:, 10] = np.log1p(block[:, 1]) / 2 * (block[:, 1] > 0)
    found[:, 11:14] = block[:, 2:5]
    return found


class DocumentBatches:
    """Documents whose sentences are weighed."""

    def __init__(self, arrays, network, rng, tensors, options):
        self.network, self.rng, self.tensors, self.options = network, rng, tensors, options
        self.counts, self.lengths = arrays["doc_n"].astype(np.int64), arrays["doc_slen"].astype(np.int64)
        self.sentence_start = starts(arrays["doc_n"])
        piece_start = starts(arrays["doc_slen"])
        self.ids, self.piece_start, self.sizes = tensors.whole(arrays["doc_ids"]), tensors.whole(piece_start), tensors.whole(self.lengths)
        self.features = tensors.real(plain_features(arrays, self.sentence_start, self.lengths, piece_start))
        self.worth = tensors.real(arrays["doc_worth"].astype(np.float32))
        shares = np.array([float(share) for share in options.shares.split(",")])
        kinds = range(len(shares))
        self.training = [np.nonzero((arrays["doc_set"] == kind) & (arrays["doc_dev"] == 0))[0] for kind in kinds]
        self.held_out = [np.nonzero((arrays["doc_set"] == kind) & (arrays["doc_dev"] == 1))[0] for kind in kinds]
        shares = shares * np.array([len(rows) > 0 for rows in self.training])
        self.shares = shares / shares.sum()
        self.batch = 2 if options.small else options.docs

    def scores(self, rows, dropout, training):
        """Logits of the sentences of some documents, what these are worth, and how many sentences there are."""
        tensors, device = self.tensors, self.tensors.device
        width = int(self.counts[rows].max())
        sentences = np.concatenate([np.arange(self.sentence_start[row], self.sentence_start[row + 1]) for row in rows])
        lengths = self.lengths[sentences]
        at, piece = tensors.indices(sentences), tensors.places(int(lengths.max()))
        visible = piece[None] < self.sizes[at][:, None]
        ids = torch.where(visible, self.ids[(self.piece_start[at][:, None] + piece).clamp(max=len(self.ids) - 1)], PADDING)
        counts = tensors.indices(self.counts[rows])
        there = tensors.places(width)[None] < counts[:, None]
        features = torch.zeros(len(rows), width, FEATURES, device=device)
        features[there] = self.features[at]
        worth = torch.zeros(len(rows), width, device=device)
        worth[there] = self.worth[at]
        if training:
            # Hides the places of some documents, the paragraphs of others, and some words: none of them is to be relied on alone.
            features[:, :, :5] *= (torch.rand(len(rows), 1, 1, device=device) > 0.25).float()
            features[:, :, PLAIN_FEATURES:] *= (torch.rand(len(rows), 1, 1, device=device) > 0.2).float()
            ids = torch.where((torch.rand(ids.shape, device=device) < self.options.mask) & visible, UNKNOWN, ids)
        return self.network.scores(ids, visible.float(), lengths, features, counts, dropout), worth

    def loss(self):
        """The loss of a batch of documents of one kind."""
        kind = self.rng.choice(len(self.shares), p=self.shares)
        rows = self.rng.choice(self.training[kind], self.batch)
        scores, worth = self.scores(rows, self.options.drop, True)
        return -(scores.log_softmax(1) * worth).sum() / len(rows)

    @torch.no_grad()
    def measure(self):
        """By kind: the loss, and how much the three best sentences are worth, beside the first three and the best possible."""
        self.network.eval()
        found = {}
        for kind in (0, 1, 2):
            rows = self.held_out[kind][: 32 if self.options.small else 9999]
            if len(rows) == 0:
                continue
            loss = top3 = lead = best = 0
            for at in range(0, len(rows), 16):
                scores, worth = self.scores(rows[at : at + 16], 0, False)
                loss += -(scores.log_softmax(1) * worth).sum().item()
                top3 += worth.gather(1, scores.topk(3, 1).indices).sum().item()
                lead += worth[:, :3].sum().item()
                best += worth.topk(3, 1).values.sum().item()
            figures = {"loss": loss, "top3": top3, "lead": lead, "best": best}
            found[kind] = {name: round(figure / len(rows), 4) for name, figure in figures.items()}
        self.network.train()
        return found


class ShorteningBatches:
    """Sentences with the words that a shorter one keeps: one judgment for each kind of pairs."""

    def __init__(self, arrays, network, rng, tensors, options):
        self.network, self.rng, self.tensors, self.options = network, rng, tensors, options
        self.lengths = arrays["keep_len"].astype(np.int64)
        self.ids, self.kept = tensors.whole(arrays["keep_ids"]), tensors.real(arrays["keep_keep"])
        self.start, self.sizes = tensors.whole(starts(arrays["keep_len"])), tensors.whole(arrays["keep_len"])
        self.kinds = tensors.whole(arrays["keep_set"])
        held_out = np.arange(len(self.lengths)) % 41 == 0
        self.training = [np.nonzero((arrays["keep_set"] == kind) & ~held_out)[0] for kind in range(3)]
        self.held_out = [np.nonzero((arrays["keep_set"] == kind) & held_out)[0] for kind in range(3)]
        self.batch = 8 if options.small else 256

    def scores(self, rows):
        """The loss of some sentences, the logits of keeping each piece, whether it is kept, and where there is one."""
        network, tensors = self.network, self.tensors
        lengths = self.lengths[rows]
        width, at = int(lengths.max()), tensors.indices(rows)
        visible = tensors.places(width)[None] < self.sizes[at][:, None]
        piece = (self.start[at][:, None] + tensors.places(width)).clamp(max=len(self.ids) - 1)
        ids = torch.where(visible, self.ids[piece], PADDING)
        if network.training:
            ids = torch.where((torch.rand(ids.shape, device=tensors.device) < self.options.mask) & visible, UNKNOWN, ids)
        kept = self.kept[piece]
        states = network.read(ids, lengths, self.options.drop if network.training else 0)
        logits = network.kept(states).gather(2, self.kinds[at][:, None, None].expand(-1, width, 1))[:, :, 0]
        weight = visible.float()
        loss = (F.binary_cross_entropy_with_logits(logits, kept, reduction="none") * weight).sum() / weight.sum()
        return loss, logits, kept, weight

    def loss(self):
        """The loss of a batch of pairs of one kind."""
        kind = self.rng.choice(3, p=[0.6, 0.15, 0.25])
        rows = self.training[kind] if len(self.training[kind]) else self.training[0]
        return self.scores(self.rng.choice(rows, self.batch))[0]

    @torch.no_grad()
    def measure(self):
        """By kind: the loss, and the F1 of the pieces that are kept."""
        self.network.eval()
        found = {}
        for kind in range(3):
            rows = self.held_out[kind][: 40 if self.options.small else 400]
            if len(rows):
                loss, logits, kept, weight = self.scores(rows)
                guessed = (logits > 0).float() * weight
                f1 = 2 * (guessed * kept).sum() / (guessed.sum() + (kept * weight).sum())
                found[kind] = round(loss.item(), 4), round(f1.item(), 4)
        self.network.train()
        return found


class WritingBatches:
    """Sources with headlines or sentences to write."""

    def __init__(self, arrays, network, rng, tensors, small):
        self.network, self.rng, self.tensors = network, rng, tensors
        self.source_lengths, self.target_lengths = arrays["w_slen"], arrays["w_tlen"]
        self.source, self.target, self.places = (tensors.whole(arrays[f"w_{name}"]) for name in ("src", "tgt", "place"))
        self.source_start, self.target_start = (tensors.whole(starts(arrays[f"w_{name}"])) for name in ("slen", "tlen"))
        self.source_sizes, self.target_sizes = tensors.whole(self.source_lengths), tensors.whole(self.target_lengths)
        kinds = arrays["w_kind"]
        self.kinds = tensors.whole(kinds)
        held_out = np.arange(len(kinds)) % 101 == 0
        self.training = np.nonzero(~held_out)[0]
        self.headlines = self.training[kinds[self.training] == HEADLINE]
        self.held_out = np.nonzero(held_out & (kinds == HEADLINE))[0][: 8 if small else 128]
        self.batch = 4 if small else 128

    def losses(self, rows):
        """The loss of some pairs, with and without what is added for reading a place twice."""
        tensors, at = self.tensors, self.tensors.indices(rows)
        source_place = tensors.places(int(self.source_lengths[rows].max()))
        target_place = tensors.places(int(self.target_lengths[rows].max()))
        in_source = source_place[None] < self.source_sizes[at][:, None]
        in_target = target_place[None] < self.target_sizes[at][:, None]
        source_at = (self.source_start[at][:, None] + source_place).clamp(max=len(self.source) - 1)
        target_at = (self.target_start[at][:, None] + target_place).clamp(max=len(self.target) - 1)
        return self.network.write_loss(
            torch.where(in_source, self.source[source_at], PADDING),
            self.source_sizes[at],
            torch.where(in_target, self.target[target_at], PADDING),
            self.target_sizes[at],
            torch.where(in_target, self.places[target_at], NOT_COPIED),
            self.kinds[at],
        )

    def loss(self):
        """The loss of a batch, of headlines seven times of ten."""
        rows = self.headlines if self.rng.random() < 0.7 else self.training
        return self.losses(self.rng.choice(rows, self.batch))[0]

    @torch.no_grad()
    def measure(self):
        """The loss of headlines."""
        self.network.eval()
        loss = self.losses(self.held_out)[1].item() if len(self.held_out) else 0
        self.network.train()
        return round(loss, 4)
