// Fine-tuning, and a place for what came of it.

import { engine, exception, settings } from './engine.js';
import { toClassifierInput } from './digit-input.js';
import { enumeration, LENGTHS, partsOf, TYPES } from './interfaces.js';

/** As in src/protocol/fine_tuning.rs. */
const NOT_A_DIGIT = 10;
const PLANS = { digits: { rate: 2e-3, epochs: 14 }, summary: { rate: 3e-4, epochs: 5 } };

/** What `fineTune()` of index.js does; `onJob` gets a function that sends requests about it. */
export async function learn(onJob, object, samples, wanted = {}) {
  const { model, options, signalOf } = partsOf(object);
  const { signal, onprogress, checkpoint, title = 'Fine-tuned' } = wanted;
  const both = signalOf(signal);
  const standard = PLANS[model.task];
  const epochs = positive('epochs', wanted.epochs ?? standard.epochs, Number.isInteger);
  const rate = positive('rate', wanted.rate ?? standard.rate, Number.isFinite);
  const lesson =
    model.task === 'digits'
      ? { type: 'digits', samples: await Promise.all(Array.from(samples, toDigitSample)) }
      : { type: 'texts', samples: Array.from(samples, (sample) => toTextSample(sample, options)) };
  const worker = engine();
  await worker.load(model, { signal: both });
  const request = {
    type: 'learn',
    model: model.name,
    title: `${title}`,
    lesson,
    plan: { layers: 'end-to-end', optimizer: 'adam', rate, epochs },
    from: checkpoint === undefined ? 'start' : 'checkpoint',
    // Without a name none is kept.
    checkpoint: checkpoint === undefined ? '' : `service/${settings.name}/${checkpoint}`,
  };
  const onReply = (reply) => reply.type === 'learning' && onprogress?.(reply);
  const { package: bytes, figures, steps } = await worker.request(request, { signal: both, onReply, onJob });
  return { model: new Blob([bytes]), heldOut: figures.heldOut, own: figures.own, steps };
}

function positive(name, value, isKind) {
  if (!isKind(value) || value <= 0 || value > 1e6) throw new TypeError(`${name} is not a positive number of its kind.`);
  return value;
}

async function toDigitSample({ input, digit }) {
  if (digit !== null && !(Number.isInteger(digit) && digit >= 0 && digit < 10)) throw new TypeError('A sample has no digit.');
  return { label: digit ?? NOT_A_DIGIT, input: await toClassifierInput(input) };
}

function toTextSample({ text, summary, type, length }, options) {
  if (typeof text !== 'string' || typeof summary !== 'string') throw new TypeError('A sample has no text and summary.');
  return {
    text,
    // A sentence a line, as a summary of this module has them.
    summary: summary.replace(/^\* /gm, ''),
    kind: enumeration('type', type ?? options.type, TYPES),
    length: enumeration('length', length ?? options.length, LENGTHS),
  };
}

/** The page's own storage for models, one for each name that `configure()` was given. */
async function storage() {
  if (!globalThis.caches) throw exception('NotSupportedError', 'This page has no storage for models: it needs https.');
  return caches.open(`inkling-service-models/${settings.name}`);
}

/** Caches hold responses by addresses; nothing is fetched from this one. */
const HOST = 'https://models.invalid/';
const keyOf = (name) => HOST + encodeURIComponent(name);

export const models = {
  async put(name, model) {
    Blob.prototype.slice.call(model);
    await (await storage()).put(keyOf(name), new Response(model));
  },
  async get(name) {
    const response = await (await storage()).match(keyOf(name));
    return response ? response.blob() : null;
  },
  async list() {
    const requests = await (await storage()).keys();
    return requests.map(({ url }) => decodeURIComponent(url.slice(HOST.length)));
  },
  async delete(name) {
    return (await storage()).delete(keyOf(name));
  },
};
