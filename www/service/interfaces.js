// `Summarizer` and `CreateMonitor` of the Writing Assistance APIs, and `DigitClassifier`, made for a window: each has its own exceptions.

import { engine, inTurn, modelAvailability, retainEngine, untilAborted } from './engine.js';

const FEATURE = 'summarizer';
export const TYPES = ['key-points', 'tldr', 'teaser', 'headline'];
export const LENGTHS = ['short', 'medium', 'long'];
const LANGUAGES = ['expectedInputLanguages', 'expectedContextLanguages'];
const ATTRIBUTES = ['sharedContext', 'type', 'format', 'length', ...LANGUAGES, 'outputLanguage', 'inputQuota'];
const SUMMARY = { task: 'summary', name: 'summary' };
const DIGITS = { task: 'digits', name: 'digits' };
/** UTF-16 code units; docs/service.md says why so many. */
const INPUT_QUOTA = 1_000_000;
const PROGRESS_STEPS = 0x10000;
const PROGRESS_MS = 50;
/** By the engine's verdicts; one that is absent is a digit. */
const LABELS = { 'not-a-digit': 'not a digit', number: 'number', 'too-little': 'too little' };
/** No page has it, so that none can call a constructor. */
const INTERNAL = Symbol();

/** What the objects are made of. */
const parts = new WeakMap();

export function partsOf(object) {
  const its = parts.get(object);
  if (!its) throw new TypeError('Illegal invocation');
  return its;
}

/** Objects that are dropped without `destroy()` release the engine too. */
const dropped = new FinalizationRegistry((release) => release());

const names = new WeakMap();
let named = 0;

/** A model of the page's own, in place of another of the same task. */
function ownModel(model, file) {
  if (file === undefined) return model;
  // Throws for what is no Blob, of whatever window.
  Blob.prototype.slice.call(file);
  if (!names.has(file)) names.set(file, ++named);
  return { ...model, name: `${model.name}-own-${names.get(file)}`, file };
}

// What Web IDL does for a browser's own interfaces: conversion of arguments (TypeError for another type), and the shape of a class.

function requireArgument(passed) {
  if (passed.length === 0) throw new TypeError('1 argument required, but only 0 present.');
}

function dictionary(value) {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' && typeof value !== 'function') throw new TypeError('options is not an object.');
  return value;
}

/** The first value is the default. */
export function enumeration(name, value, values) {
  if (value === undefined) return values[0];
  const text = `${value}`;
  if (!values.includes(text)) throw new TypeError(`${name} is not one of ${values.join(', ')}.`);
  return text;
}

function optionalString(value) {
  return value === undefined ? undefined : `${value}`;
}

function stringSequence(name, value) {
  if (value === undefined) return [];
  const iterate = Object(value) === value && value[Symbol.iterator];
  if (!iterate) throw new TypeError(`${name} is not a sequence.`);
  return Array.from({ [Symbol.iterator]: () => iterate.call(value) }, (item) => `${item}`);
}

function optionalSignal(value) {
  // Throws for what is no AbortSignal, of whatever window.
  if (value !== undefined) AbortSignal.any([value]);
  return value;
}

// Web IDL reads the members of a dictionary in the order of their names, those of the one that it extends first.
function coreOptions(value) {
  const options = dictionary(value);
  return {
    expectedContextLanguages: stringSequence('expectedContextLanguages', options.expectedContextLanguages),
    expectedInputLanguages: stringSequence('expectedInputLanguages', options.expectedInputLanguages),
    format: enumeration('format', options.format, ['markdown', 'plain-text']),
    length: enumeration('length', options.length, LENGTHS),
    outputLanguage: optionalString(options.outputLanguage),
    preference: enumeration('preference', options.preference, ['auto', 'speed', 'capability']),
    type: enumeration('type', options.type, TYPES),
  };
}

function creationOptions(value, standard) {
  const { model, monitor, sharedContext, signal } = dictionary(value);
  if (monitor !== undefined && typeof monitor !== 'function') throw new TypeError('monitor is not a function.');
  return {
    model: ownModel(standard, model),
    monitor,
    sharedContext: optionalString(sharedContext) ?? '',
    signal: optionalSignal(signal),
  };
}

/** Makes a class look like one of the browser's: enumerable members, and a name in `Object.prototype.toString`. */
function defineInterface(Interface) {
  for (const owner of [Interface, Interface.prototype]) {
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(owner))) {
      if (['constructor', 'prototype', 'name', 'length'].includes(name) && property.writable !== undefined) continue;
      Object.defineProperty(owner, name, { ...property, enumerable: true });
    }
  }
  Object.defineProperty(Interface.prototype, Symbol.toStringTag, { value: Interface.name, configurable: true });
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

/** The specification wants it to be positive. */
function usageOf(text, context = '') {
  return Math.max(1, text.length + context.length);
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

/** The most probable first. Of what is no digit, the first entry says so, and the digits share what is left. */
function toResults({ probabilities, verdict, digitProbability = 1, number }) {
  const label = LABELS[verdict];
  // The verdict knows more than this probability: of a number it may be high.
  const digitShare = label ? Math.min(digitProbability, 0.5) : 1;
  const results = probabilities.map((probability, digit) => {
    return { digit, label: String(digit), confidence: probability * digitShare };
  });
  results.sort((a, b) => b.confidence - a.confidence);
  if (label) results.unshift({ digit: null, label, confidence: 1 - digitShare, ...(number && { number }) });
  return results;
}

/** The classes for a window. */
export function interfacesOf(realm) {
  // Those of now: a window that goes to another page keeps its name.
  const { document, navigator, DOMException, EventTarget, ProgressEvent, QuotaExceededError, ReadableStream } = realm;
  const exception = (name, message) => new DOMException(message, name);

  function assertInternal(token) {
    if (token !== INTERNAL) throw new TypeError('Illegal constructor');
  }

  function assertActiveDocument() {
    if (document && !document.defaultView) throw exception('InvalidStateError', 'The document is not active.');
  }

  /** A policy says nothing of a feature that the browser does not know. */
  function isForbidden() {
    const policy = document?.featurePolicy;
    return Boolean(policy?.features().includes(FEATURE) && !policy.allowsFeature(FEATURE));
  }

  /** Older browsers get an exception of the same shape. */
  function assertQuota(requested) {
    if (requested <= INPUT_QUOTA) return;
    const message = `The text has ${requested} characters of ${INPUT_QUOTA}. Summarize it in parts.`;
    const figures = { requested, quota: INPUT_QUOTA };
    if (QuotaExceededError) throw new QuotaExceededError(message, figures);
    throw Object.assign(exception('QuotaExceededError', message), figures);
  }

  class CreateMonitor extends EventTarget {
    #handler = null;
    #call = (event) => this.#handler.call?.(this, event);

    constructor() {
      assertInternal(arguments[0]);
      super();
    }

    get ondownloadprogress() {
      return this.#handler;
    }

    set ondownloadprogress(handler) {
      this.#handler = Object(handler) === handler ? handler : null;
      this[this.#handler ? 'addEventListener' : 'removeEventListener']('downloadprogress', this.#call);
    }
  }
  defineInterface(CreateMonitor);

  /** A function that fires strictly rising multiples of 1/65,536 at a monitor, none after an abort. */
  function progressReporter(monitor, signal) {
    let last = -1;
    let time = -Infinity;
    return (fraction) => {
      const loaded = Math.floor(fraction * PROGRESS_STEPS) / PROGRESS_STEPS;
      const isEarly = loaded < 1 && performance.now() - time < PROGRESS_MS;
      if (!monitor || signal?.aborted || loaded <= last || isEarly) return;
      last = loaded;
      time = performance.now();
      monitor.dispatchEvent(new ProgressEvent('downloadprogress', { lengthComputable: true, loaded, total: 1 }));
    };
  }

  /** Loads a model, then makes an object of a class that uses it. `monitor` is called before this returns. */
  async function create(Class, { model, signal, monitor, options, isSupported = true, needsActivation = false }) {
    const target = monitor && new CreateMonitor(INTERNAL);
    monitor?.(target);
    const report = progressReporter(target, signal);
    // A frame that is removed has no visitor any more.
    const hasActed = () => navigator.userActivation?.hasBeenActive !== false;
    const mayDownload = !needsActivation || hasActed();
    const release = retainEngine();
    try {
      if (!isSupported) throw exception('NotSupportedError', 'Only English can be summarized.');
      // It starts while the files are looked for.
      if (mayDownload) engine();
      const availability = await untilAborted(modelAvailability(model), signal);
      if (availability === 'downloadable' && !mayDownload && !hasActed()) {
        throw exception('NotAllowedError', 'A download of the model needs a click or a key press in the page.');
      }
      report(0);
      await engine().load(model, { signal, onProgress: report });
      report(1);
      // Who hears of it may still abort.
      if (monitor) await new Promise((resolve) => setTimeout(resolve));
      signal?.throwIfAborted();
    } catch (error) {
      release();
      throw error;
    }
    const object = new Class(INTERNAL);
    const controller = new AbortController();
    const end = (reason) => {
      controller.abort(reason);
      release();
    };
    /** The signal of a call: the object's, and the caller's if there is one. Throws if either is aborted. */
    const signalOf = (callSignal) => {
      assertActiveDocument();
      const signal = AbortSignal.any([controller.signal, ...(callSignal ? [callSignal] : [])]);
      signal.throwIfAborted();
      return signal;
    };
    signal?.addEventListener('abort', () => end(signal.reason));
    parts.set(object, { model, options, signalOf, end });
    dropped.register(object, release);
    return object;
  }

  function destroy(object) {
    partsOf(object).end(exception('AbortError', 'The object was destroyed.'));
  }

  /** The text of a call, and what else it needs. Throws as the specification says. */
  function begin(object, input, value) {
    const { model, options, signalOf } = partsOf(object);
    const text = `${input}`;
    const call = dictionary(value);
    const context = optionalString(call.context);
    return { text, context, model, options, signal: signalOf(optionalSignal(call.signal)) };
  }

  async function write({ text, context, model, options, signal }, onChunk) {
    assertQuota(usageOf(text, context));
    // Nothing to summarize.
    if (!/[\p{L}\p{N}]/u.test(text)) return;
    const { type, length, sharedContext } = options;
    const onLine = inLineOrder(options, onChunk);
    const onReply = (reply) => {
      if (reply.type === 'source' && reply.language === 'other') {
        const language = reply.languageName ? `in ${reply.languageName}` : 'not in English';
        throw exception('NotSupportedError', `The text is ${language}; only English can be summarized.`);
      }
      if (reply.type === 'line' && reply.finished) onLine(reply);
    };
    const work = async () => {
      const worker = engine();
      // Another worker than that of `create()` may run by now.
      await worker.load(model, { signal });
      const about = `${sharedContext}\n${context ?? ''}`.trim() || undefined;
      const request = { type: 'summarize', model: model.name, text, kind: type, length, context: about };
      return worker.request(request, { signal, onReply });
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

  class Summarizer {
    constructor() {
      assertInternal(arguments[0]);
    }

    static async create(options = {}) {
      const core = coreOptions(options);
      const { model, monitor, sharedContext, signal } = creationOptions(options, SUMMARY);
      assertActiveDocument();
      canonicalizeLanguages(core);
      signal?.throwIfAborted();
      if (isForbidden()) throw exception('NotAllowedError', 'A permissions policy forbids summaries here.');
      const isSupported = isEnglish(core);
      assertQuota(usageOf(sharedContext));
      for (const name of LANGUAGES) core[name] = core[name].length > 0 ? Object.freeze(core[name]) : null;
      const attributes = { outputLanguage: null, ...core, sharedContext, inputQuota: INPUT_QUOTA };
      attributes.outputLanguage ??= null;
      return create(Summarizer, { model, signal, monitor, options: attributes, isSupported, needsActivation: true });
    }

    static async availability(options = {}) {
      const core = coreOptions(options);
      assertActiveDocument();
      canonicalizeLanguages(core);
      if (isForbidden() || !isEnglish(core)) return 'unavailable';
      return modelAvailability(SUMMARY).catch(({ message }) => {
        throw exception('UnknownError', message);
      });
    }

    async summarize(input, options = {}) {
      requireArgument(arguments);
      let summary = '';
      await write(begin(this, input, options), (chunk) => (summary += chunk));
      return summary;
    }

    summarizeStreaming(input, options = {}) {
      requireArgument(arguments);
      const call = begin(this, input, options);
      const cancellation = new AbortController();
      call.signal = AbortSignal.any([call.signal, cancellation.signal]);
      return new ReadableStream({
        start: (stream) => {
          // A stream that its reader cancelled is closed already.
          const unlessCancelled = (end) => (value) => cancellation.signal.aborted || end(value);
          const closed = unlessCancelled(() => stream.close());
          write(call, (chunk) => stream.enqueue(chunk)).then(closed, unlessCancelled((error) => stream.error(error)));
        },
        cancel: () => cancellation.abort(),
      });
    }

    async measureInputUsage(input, options = {}) {
      requireArgument(arguments);
      const { text, context } = begin(this, input, options);
      return usageOf(text, context);
    }

    destroy() {
      destroy(this);
    }
  }
  for (const name of ATTRIBUTES) {
    const attribute = {
      get [name]() {
        return partsOf(this).options[name];
      },
    };
    Object.defineProperty(Summarizer.prototype, name, Object.getOwnPropertyDescriptor(attribute, name));
  }
  defineInterface(Summarizer);

  class DigitClassifier {
    constructor() {
      assertInternal(arguments[0]);
    }

    static async create(options = {}) {
      const { model, monitor, signal } = creationOptions(options, DIGITS);
      assertActiveDocument();
      signal?.throwIfAborted();
      // The model is smaller than most pictures: its download needs no activation.
      return create(DigitClassifier, { model, signal, monitor });
    }

    static async availability() {
      assertActiveDocument();
      return modelAvailability(DIGITS);
    }

    async classify(input, options = {}) {
      requireArgument(arguments);
      const { model, signalOf } = partsOf(this);
      const signal = signalOf(optionalSignal(dictionary(options).signal));
      const converted = import('./digit-input.js').then(({ toClassifierInput }) => toClassifierInput(input));
      const classifierInput = await untilAborted(converted, signal);
      const worker = engine();
      await worker.load(model, { signal });
      const request = { type: 'classify', model: model.name, input: classifierInput, layers: 'answer' };
      return toResults(await worker.request(request, { signal }));
    }

    destroy() {
      destroy(this);
    }
  }
  defineInterface(DigitClassifier);

  return { Summarizer, CreateMonitor, DigitClassifier };
}
