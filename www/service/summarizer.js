// `Summarizer` of the Writing Assistance APIs (https://webmachinelearning.github.io/writing-assistance-apis/).

import { assertActiveDocument, createLifetime, isForbidden } from './creation.js';
import { quotaExceeded } from './errors.js';
import { modelAvailability } from './model-files.js';
import * as webidl from './webidl.js';
import { engine, inTurn } from './worker-client.js';

const FEATURE = 'summarizer';
const MODEL = { task: 'summary', name: 'summary' };
/** Characters (UTF-16 code units) of a text; docs/service.md says how it was chosen. */
const INPUT_QUOTA = 1_000_000;

/** The options as Web IDL converts them: TypeError for what is of another type. */
function convertCoreOptions(value) {
  const options = webidl.dictionary(value);
  return {
    expectedContextLanguages: webidl.stringSequence('expectedContextLanguages', options.expectedContextLanguages),
    expectedInputLanguages: webidl.stringSequence('expectedInputLanguages', options.expectedInputLanguages),
    format: webidl.enumeration('format', options.format, ['markdown', 'plain-text']),
    length: webidl.enumeration('length', options.length, ['short', 'medium', 'long']),
    outputLanguage: webidl.optionalString(options.outputLanguage),
    preference: webidl.enumeration('preference', options.preference, ['auto', 'speed', 'capability']),
    type: webidl.enumeration('type', options.type, ['key-points', 'tldr', 'teaser', 'headline']),
  };
}

/** Canonical language tags, each once: RangeError for what is none. */
function canonicalizeLanguages(options) {
  options.expectedInputLanguages = Intl.getCanonicalLocales(options.expectedInputLanguages);
  options.expectedContextLanguages = Intl.getCanonicalLocales(options.expectedContextLanguages);
  if (options.outputLanguage !== undefined) [options.outputLanguage] = Intl.getCanonicalLocales(options.outputLanguage);
}

/** The models read and write English. */
function isEnglish({ expectedInputLanguages, expectedContextLanguages, outputLanguage = 'en' }) {
  const tags = [...expectedInputLanguages, ...expectedContextLanguages, outputLanguage];
  return tags.every((tag) => new Intl.Locale(tag).language === 'en');
}

const frozenOrNull = (tags) => (tags.length > 0 ? Object.freeze([...tags]) : null);

export class Summarizer {
  #lifetime;
  #options;
  #inputLanguages;
  #contextLanguages;

  constructor() {
    const [token, lifetime, options] = arguments;
    webidl.assertInternal(token);
    this.#lifetime = lifetime;
    this.#options = options;
    this.#inputLanguages = frozenOrNull(options.expectedInputLanguages);
    this.#contextLanguages = frozenOrNull(options.expectedContextLanguages);
  }

  static async create(options = {}) {
    const core = convertCoreOptions(options);
    const { monitor, sharedContext, signal } = webidl.dictionary(options);
    webidl.optionalCallback('monitor', monitor);
    core.sharedContext = webidl.optionalString(sharedContext) ?? '';
    webidl.optionalSignal(signal);
    assertActiveDocument();
    canonicalizeLanguages(core);
    signal?.throwIfAborted();
    if (isForbidden(FEATURE)) throw new DOMException('A permissions policy forbids summaries here.', 'NotAllowedError');
    const isSupported = isEnglish(core);
    const lifetime = await createLifetime({ model: MODEL, signal, monitor, isSupported, needsActivation: true });
    return new Summarizer(webidl.INTERNAL, lifetime, core);
  }

  static async availability(options = {}) {
    const core = convertCoreOptions(options);
    assertActiveDocument();
    canonicalizeLanguages(core);
    if (isForbidden(FEATURE) || !isEnglish(core)) return 'unavailable';
    return modelAvailability(MODEL).catch(({ message }) => {
      throw new DOMException(message, 'UnknownError');
    });
  }

  async summarize(input, options = {}) {
    webidl.requireArguments(arguments.length, 1);
    const call = this.#begin(input, options);
    let summary = '';
    await this.#write(call, (chunk) => (summary += chunk));
    return summary;
  }

  summarizeStreaming(input, options = {}) {
    webidl.requireArguments(arguments.length, 1);
    const { text, signal } = this.#begin(input, options);
    const cancellation = new AbortController();
    const call = { text, signal: AbortSignal.any([signal, cancellation.signal]) };
    return new ReadableStream({
      start: (stream) => {
        // A stream that its reader cancelled is closed already.
        const unlessCancelled = (end) => (value) => cancellation.signal.aborted || end(value);
        const closed = unlessCancelled(() => stream.close());
        this.#write(call, (chunk) => stream.enqueue(chunk)).then(closed, unlessCancelled((error) => stream.error(error)));
      },
      cancel: () => cancellation.abort(),
    });
  }

  async measureInputUsage(input, options = {}) {
    webidl.requireArguments(arguments.length, 1);
    const { text } = this.#begin(input, options);
    return usageOf(text);
  }

  destroy() {
    this.#lifetime.end();
  }

  get sharedContext() {
    return this.#options.sharedContext;
  }

  get type() {
    return this.#options.type;
  }

  get format() {
    return this.#options.format;
  }

  get length() {
    return this.#options.length;
  }

  get expectedInputLanguages() {
    return this.#inputLanguages;
  }

  get expectedContextLanguages() {
    return this.#contextLanguages;
  }

  get outputLanguage() {
    return this.#options.outputLanguage ?? null;
  }

  get inputQuota() {
    void this.#options;
    return INPUT_QUOTA;
  }

  /** Converts the arguments of a call. Throws if it may not begin. */
  #begin(input, value) {
    const lifetime = this.#lifetime;
    const text = `${input}`;
    const options = webidl.dictionary(value);
    webidl.optionalString(options.context);
    const signal = webidl.optionalSignal(options.signal);
    assertActiveDocument();
    return { text, signal: lifetime.signalOf(signal) };
  }

  /** Writes a summary, a chunk for each line as soon as it is finished. */
  async #write({ text, signal }, onChunk) {
    const requested = usageOf(text);
    if (requested > INPUT_QUOTA) throw quotaExceeded(requested, INPUT_QUOTA);
    // A text without a letter or digit has the empty summary.
    if (!/[\p{L}\p{N}]/u.test(text)) return;
    const { type, length } = this.#options;
    const onLine = inLineOrder(this.#options, onChunk);
    const work = async () => {
      const worker = engine();
      // Loaded already, unless the worker is another than the one that the object was created with.
      await worker.load(MODEL.name, { signal });
      const request = { type: 'summarize', model: MODEL.name, text, kind: type, length };
      return worker.request(request, { signal, onReply: (reply) => hear(reply, onLine) });
    };
    try {
      const summary = await inTurn(signal, work);
      // Lines that were not told one by one.
      summary.lines.forEach(onLine);
    } catch (error) {
      // No running text, such as nothing but code: nothing to summarize.
      if (error?.kind !== 'nothing-there') throw error;
    }
  }
}
webidl.defineInterface(Summarizer);

/** What a text takes of the quota: at least something, as the specification wants it. */
function usageOf(text) {
  return Math.max(1, text.length);
}

function hear(reply, onLine) {
  if (reply.type === 'source' && reply.language === 'other') {
    const language = reply.languageName ? `is in ${reply.languageName}` : 'is not in English';
    throw new DOMException(`The text ${language}; only English can be summarized.`, 'NotSupportedError');
  }
  if (reply.type === 'line' && reply.finished) onLine(reply);
}

/** A function for finished lines, which hands them on formatted and in their order: they may be finished in another. */
function inLineOrder({ type, format }, onChunk) {
  const bullet = type === 'key-points' && format === 'markdown' ? '* ' : '';
  const separator = type === 'key-points' ? '\n' : ' ';
  const waiting = new Map();
  let next = 0;
  return ({ index, text }) => {
    if (index >= next) waiting.set(index, text);
    for (; waiting.has(next); next += 1) {
      onChunk(`${next > 0 ? separator : ''}${bullet}${waiting.get(next)}`);
      waiting.delete(next);
    }
  };
}
