// `Summarizer` of the Writing Assistance APIs.

import { assertActiveDocument, createLifetime, isForbidden } from './creation.js';
import { quotaExceeded } from './errors.js';
import { modelAvailability } from './model-files.js';
import * as webidl from './webidl.js';
import { engine, inTurn } from './worker-client.js';

const FEATURE = 'summarizer';
const LANGUAGES = ['expectedInputLanguages', 'expectedContextLanguages'];
const MODEL = { task: 'summary', name: 'summary' };
/** UTF-16 code units; docs/service.md says why so many. */
const INPUT_QUOTA = 1_000_000;

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

/** RangeError for what is no language tag. */
function canonicalizeLanguages(options) {
  for (const name of LANGUAGES) options[name] = Intl.getCanonicalLocales(options[name]);
  if (options.outputLanguage !== undefined) [options.outputLanguage] = Intl.getCanonicalLocales(options.outputLanguage);
}

function isEnglish({ expectedInputLanguages, expectedContextLanguages, outputLanguage = 'en' }) {
  const tags = [...expectedInputLanguages, ...expectedContextLanguages, outputLanguage];
  return tags.every((tag) => new Intl.Locale(tag).language === 'en');
}

export class Summarizer {
  #lifetime;
  #options;

  constructor() {
    const [token, lifetime, options] = arguments;
    webidl.assertInternal(token);
    this.#lifetime = lifetime;
    this.#options = options;
    for (const name of LANGUAGES) options[name] = options[name].length > 0 ? Object.freeze(options[name]) : null;
  }

  static async create(options = {}) {
    const core = convertCoreOptions(options);
    const { monitor, sharedContext, signal } = webidl.creationOptions(options);
    assertActiveDocument();
    canonicalizeLanguages(core);
    signal?.throwIfAborted();
    if (isForbidden(FEATURE)) throw new DOMException('A permissions policy forbids summaries here.', 'NotAllowedError');
    const isSupported = isEnglish(core);
    const lifetime = await createLifetime({ model: MODEL, signal, monitor, isSupported, needsActivation: true });
    return new Summarizer(webidl.INTERNAL, lifetime, { ...core, sharedContext });
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
    webidl.requireArgument(arguments);
    const call = this.#begin(input, options);
    let summary = '';
    await this.#write(call, (chunk) => (summary += chunk));
    return summary;
  }

  summarizeStreaming(input, options = {}) {
    webidl.requireArgument(arguments);
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
    webidl.requireArgument(arguments);
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
    return this.#options.expectedInputLanguages;
  }

  get expectedContextLanguages() {
    return this.#options.expectedContextLanguages;
  }

  get outputLanguage() {
    return this.#options.outputLanguage ?? null;
  }

  get inputQuota() {
    void this.#options;
    return INPUT_QUOTA;
  }

  #begin(input, value) {
    const lifetime = this.#lifetime;
    const text = `${input}`;
    const options = webidl.dictionary(value);
    webidl.optionalString(options.context);
    const signal = webidl.optionalSignal(options.signal);
    assertActiveDocument();
    return { text, signal: lifetime.signalOf(signal) };
  }

  async #write({ text, signal }, onChunk) {
    const requested = usageOf(text);
    if (requested > INPUT_QUOTA) throw quotaExceeded(requested, INPUT_QUOTA);
    // Nothing to summarize.
    if (!/[\p{L}\p{N}]/u.test(text)) return;
    const { type, length } = this.#options;
    const onLine = inLineOrder(this.#options, onChunk);
    const work = async () => {
      const worker = engine();
      // Another worker than that of `create()` may run by now.
      await worker.load(MODEL.name, { signal });
      const request = { type: 'summarize', model: MODEL.name, text, kind: type, length };
      return worker.request(request, { signal, onReply: (reply) => hear(reply, onLine) });
    };
    try {
      const summary = await inTurn(signal, work);
      // Lines that were not told one by one.
      summary.lines.forEach(onLine);
    } catch (error) {
      // No running text, such as nothing but code.
      if (error?.kind !== 'nothing-there') throw error;
    }
  }
}
webidl.defineInterface(Summarizer);

/** The specification wants it to be positive. */
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

/** Formats lines and hands them on in their order: they may be finished in another. */
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
