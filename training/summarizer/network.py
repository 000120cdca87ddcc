"""The summarizer's network in PyTorch: src/models/summarizer/network, with the names of its tensors."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from texts import NOT_COPIED, UNKNOWN

PIECES, SAYABLE = 10_000, 3_000
EMBEDDING = 128
PARTS_OF_SPEECH, RELATIONS = 17, 45
# Figures of a sentence, as in src/models/summarizer/sentence_features.rs.
FEATURES = 14
# Kinds of moves through the source, and the shortest distance of each but the first, as in
# src/models/summarizer/network/source_pointer.rs.
MOVES = 14
MOVE_EDGES = [-7, -3, -1, 0, 1, 2, 3, 4, 5, 7, 10, 15, 25]
PADDING, END = 0, 3
WRITING_DROPOUT = 0.1


class Reader(nn.Module):
    """Reads the pieces of a sentence, both ways, twice."""

    def __init__(self, hidden):
        super().__init__()
        self.first = nn.LSTM(EMBEDDING, hidden, batch_first=True, bidirectional=True)
        self.second = nn.LSTM(2 * hidden, hidden, batch_first=True, bidirectional=True)


class Syntax(nn.Module):
    """Part of speech, relation and head of a word."""

    def __init__(self, hidden):
        super().__init__()
        self.part_of_speech = nn.Linear(2 * hidden, PARTS_OF_SPEECH)
        self.relation = nn.Linear(2 * hidden, RELATIONS)
        self.dependent = nn.Linear(2 * hidden, 96)
        self.head = nn.Linear(2 * hidden, 96)


class Salience(nn.Module):
    """How much each sentence says of its text."""

    def __init__(self, hidden):
        super().__init__()
        self.filters = nn.Linear(2 * hidden, 192)
        self.document = nn.LSTM(192 + FEATURES, 96, batch_first=True, bidirectional=True)
        self.hidden = nn.Linear(2 * 96 + 192 + FEATURES, 64)
        self.score = nn.Linear(64, 1)


class Shortening(nn.Module):
    """Whether a word is kept, by three kinds of pairs."""

    def __init__(self, hidden):
        super().__init__()
        self.hidden = nn.Linear(2 * hidden, 96)
        self.score = nn.Linear(96, 3)


class Rewriter(nn.Module):
    """Writes from a source, said or copied."""

    def __init__(self, encoder=128, decoder=256):
        super().__init__()
        memory = 2 * encoder
        self.encoder = nn.LSTM(EMBEDDING, encoder, batch_first=True, bidirectional=True)
        self.bridge_hidden = nn.Linear(memory, decoder)
        self.bridge_cell = nn.Linear(memory, decoder)
        self.decoder = nn.LSTM(EMBEDDING + memory, decoder, batch_first=True)
        self.query = nn.Linear(decoder, memory, bias=False)
        self.moves = nn.Linear(decoder, MOVES + 1)
        self.combine = nn.Linear(decoder + memory, EMBEDDING)
        self.gate = nn.Linear(decoder + memory + EMBEDDING, 1)
        self.output_bias = nn.Parameter(torch.zeros(SAYABLE))


def read_packed(lstm, x, lengths):
    """An LSTM over rows of different lengths: all states, and the last ones."""
    rows = nn.utils.rnn.pack_padded_sequence(x, torch.as_tensor(lengths), batch_first=True, enforce_sorted=False)
    states, last = lstm(rows)
    return nn.utils.rnn.pad_packed_sequence(states, batch_first=True, total_length=x.shape[1])[0], last


class Summarizer(nn.Module):
    """The whole network, and `mask_out`, which guesses masked pieces in training alone."""

    def __init__(self, hidden=192):
        super().__init__()
        self.embedding = nn.Embedding(PIECES, EMBEDDING)
        nn.init.normal_(self.embedding.weight, 0, 0.1)
        self.reader = Reader(hidden)
        self.syntax = Syntax(hidden)
        self.salience = Salience(hidden)
        self.shortening = Shortening(hidden)
        self.rewriter = Rewriter()
        self.mask_out = nn.Linear(2 * hidden, EMBEDDING)

    def read(self, ids, lengths=None, dropout=0.0):
        """The states of the pieces of some sentences; without lengths, all are of one."""
        x = F.dropout(self.embedding(ids), dropout, self.training)
        if lengths is None:
            x, _ = self.reader.first(x)
            x, _ = self.reader.second(F.dropout(x, dropout, self.training))
        else:
            # Both layers on one packing.
            rows = nn.utils.rnn.pack_padded_sequence(x, torch.as_tensor(lengths), batch_first=True, enforce_sorted=False)
            rows, _ = self.reader.first(rows)
            rows = rows._replace(data=F.dropout(rows.data, dropout, self.training))
            rows, _ = self.reader.second(rows)
            x = nn.utils.rnn.pad_packed_sequence(rows, batch_first=True, total_length=ids.shape[1])[0]
        return F.dropout(x, dropout, self.training)

    def arcs(self, states):
        """How much each word looks like depending on each other one."""
        syntax = self.syntax
        return syntax.dependent(states) @ syntax.head(states).transpose(1, 2) / math.sqrt(96)

    def kept(self, states):
        """Logits of keeping each piece, by the kind of pairs."""
        return self.shortening.score(F.relu(self.shortening.hidden(states)))

    def scores(self, ids, visible, lengths, features, counts, dropout):
        """How salient the sentences of some documents are: logits, very low where there is no sentence.

        `ids` and `visible` have a row a sentence of whatever document, `features` a row a document, `counts` the sentences of each.
        """
        states = self.read(ids, lengths, dropout)
        found = F.relu(self.salience.filters(states)) * visible[:, :, None]
        found = found.amax(1)
        documents, width = features.shape[:2]
        x = torch.zeros(documents * width, 192, device=found.device, dtype=found.dtype)
        there = torch.arange(width, device=found.device)[None] < counts[:, None]
        x[there.reshape(-1)] = found
        x = torch.cat([F.dropout(x.reshape(documents, width, 192), dropout, self.training), features], 2)
        around, _ = read_packed(self.salience.document, x, counts.cpu())
        hidden = F.relu(self.salience.hidden(F.dropout(torch.cat([around, x], 2), dropout, self.training)))
        return self.salience.score(hidden)[:, :, 0].masked_fill(~there, -1e9)

    def write_shares(self, source, source_lengths, target, target_lengths, places, wanted):
        """The share of each piece of some targets, and of their ends, given their sources: said, or copied from where the source holds
        it. Also which of them can be written at all, and how much each step reads of each place of the source."""
        top, (batch, width), steps = self.rewriter, source.shape, target.shape[1] + 1
        device = source.device
        visible = (torch.arange(width, device=device)[None] < source_lengths[:, None]).float()
        x = F.dropout(self.embedding(source), WRITING_DROPOUT, self.training)
        memory, (hidden, cell) = read_packed(top.encoder, x, source_lengths.cpu())

        def side_by_side(states):
            return states.transpose(0, 1).reshape(batch, -1)

        start_hidden = torch.tanh(top.bridge_hidden(side_by_side(hidden)))[None]
        start_cell = torch.tanh(top.bridge_cell(side_by_side(cell)))[None]
        before = torch.cat([wanted[:, None], target], 1)
        after = torch.cat([target, torch.zeros_like(wanted[:, None])], 1)
        after.scatter_(1, target_lengths[:, None], END)
        counted = torch.arange(steps, device=device)[None] <= target_lengths[:, None]
        not_copied = places == NOT_COPIED
        place = torch.where(not_copied, torch.zeros_like(places), places)
        taken = F.one_hot(place, width).float() * (~not_copied)[:, :, None].float()
        read = torch.cat([torch.zeros(batch, 1, width, device=device), taken], 1)
        said = read.cumsum(1).clamp(max=1)
        # The place of the last piece that was taken from the source, at each step.
        order = torch.arange(steps - 1, device=device)[None].expand_as(places)
        last = torch.where(not_copied, -torch.ones_like(places), order).cummax(1).values
        at = torch.where(last >= 0, place.gather(1, last.clamp(min=0)), -torch.ones_like(places))
        at = torch.cat([-torch.ones(batch, 1, dtype=torch.long, device=device), at], 1)
        distance = torch.arange(width, device=device)[None, None] - at[:, :, None]
        move = torch.bucketize(distance, torch.tensor(MOVE_EDGES, device=device), right=True)
        embedded = F.dropout(self.embedding(before), WRITING_DROPOUT, self.training)
        start = start_hidden.contiguous(), start_cell.contiguous()
        decoded, _ = top.decoder(torch.cat([embedded, read @ memory], 2), start)
        decoded = F.dropout(decoded, WRITING_DROPOUT, self.training)
        content = top.query(decoded) @ memory.transpose(1, 2) / math.sqrt(256)
        moves = top.moves(decoded)
        scores = content + moves[:, :, :MOVES].gather(2, move) + said * moves[:, :, MOVES:] + ((visible - 1) * 1e9)[:, None]
        attention = scores.softmax(2)
        seen = torch.cat([decoded, attention @ memory], 2)
        logits = torch.tanh(top.combine(seen)) @ self.embedding.weight[:SAYABLE].T + top.output_bias
        sayable = (after < SAYABLE) & (after != UNKNOWN)
        spoken = logits.log_softmax(2).gather(2, torch.where(sayable, after, 0)[:, :, None])[:, :, 0].exp()
        gate = torch.sigmoid(top.gate(torch.cat([seen, embedded], 2)))[:, :, 0]
        copies = ((source[:, None] == after[:, :, None]) & (visible[:, None] > 0)).float()
        share = gate * spoken * sayable + (1 - gate) * (attention * copies).sum(2)
        reachable = (counted & (sayable | (copies.sum(2) > 0))).float()
        return share, reachable, attention

    def write_loss(self, *pairs):
        """The loss of writing some targets, with and without what is added for reading a place of the source twice."""
        share, reachable, attention = self.write_shares(*pairs)
        loss = -((share + 1e-8).log() * reachable).sum() / reachable.sum()
        earlier = attention.cumsum(1) - attention
        twice = (torch.minimum(attention, earlier).sum(2) * reachable).sum() / reachable.sum()
        return loss + 0.2 * twice, loss
