// Reads handwritten digits.

import { assertActiveDocument, createLifetime } from './creation.js';
import { toClassifierInput } from './digit-input.js';
import { modelAvailability } from './model-files.js';
import * as webidl from './webidl.js';
import { engine, untilAborted } from './worker-client.js';

const MODEL = { task: 'digits', name: 'digits' };

/** By the engine's verdicts; one that is absent is a digit. */
const LABELS = { 'not-a-digit': 'not a digit', number: 'number', 'too-little': 'too little' };

export class DigitClassifier {
  #lifetime;

  constructor() {
    const [token, lifetime] = arguments;
    webidl.assertInternal(token);
    this.#lifetime = lifetime;
  }

  static async create(options = {}) {
    const { monitor, signal } = webidl.creationOptions(options);
    assertActiveDocument();
    signal?.throwIfAborted();
    // The model is smaller than most pictures: its download needs no activation.
    const lifetime = await createLifetime({ model: MODEL, signal, monitor, isSupported: true, needsActivation: false });
    return new DigitClassifier(webidl.INTERNAL, lifetime);
  }

  static async availability() {
    assertActiveDocument();
    return modelAvailability(MODEL);
  }

  async classify(input, options = {}) {
    webidl.requireArgument(arguments);
    const lifetime = this.#lifetime;
    const callSignal = webidl.optionalSignal(webidl.dictionary(options).signal);
    assertActiveDocument();
    const signal = lifetime.signalOf(callSignal);
    const classifierInput = await untilAborted(toClassifierInput(input), signal);
    const worker = engine();
    await worker.load(MODEL.name, { signal });
    const request = { type: 'classify', model: MODEL.name, input: classifierInput, layers: 'answer' };
    return toResults(await worker.request(request, { signal }));
  }

  destroy() {
    this.#lifetime.end();
  }
}
webidl.defineInterface(DigitClassifier);

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
