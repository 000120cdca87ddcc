// A program that uses all of the service, for the compiler alone: `npx tsc -p ../types.tsconfig.json` in bundlers/ checks that its types fit. Lines below
// `@ts-expect-error` must not.

import {
  configure,
  DigitClassifier,
  fineTune,
  install,
  models,
  Summarizer,
  type Availability,
  type CreateMonitor,
  type DigitFigures,
  type DigitResult,
  type DigitSample,
  type FineTuned,
  type FineTuning,
  type LearningProgress,
  type SummaryFigures,
  type SummarySample,
} from 'inkling-service';

configure({ base: new URL('/inkling/', location.href), name: 'types' });
configure({ base: '/inkling/' });

const Installed: typeof Summarizer = await install({ frames: true });
await install();

const controller = new AbortController();
const { signal } = controller;
function monitor(this: void, target: CreateMonitor) {
  target.addEventListener('downloadprogress', ({ loaded, total }) => console.log(loaded / total));
  target.ondownloadprogress = ({ loaded }) => console.log(loaded.toFixed(2));
  target.ondownloadprogress = null;
  target.removeEventListener('downloadprogress', () => {});
}

const availability: Availability = await Installed.availability({ type: 'tldr', outputLanguage: 'en' });
const summarizer: Summarizer = await Summarizer.create({
  type: 'key-points',
  format: 'plain-text',
  length: 'medium',
  preference: 'auto',
  sharedContext: 'News',
  expectedInputLanguages: new Set(['en']),
  expectedContextLanguages: ['en-US'],
  outputLanguage: 'en',
  signal,
  monitor,
});
const summary: string = await summarizer.summarize('Text', { signal, context: 'About bridges' });
const stream: ReadableStream<string> = summarizer.summarizeStreaming('Text', { signal });
for await (const chunk of stream) console.log(chunk.length);
const usage: number = await summarizer.measureInputUsage('Text', { signal, context: '' });
const { sharedContext, type, format, length, inputQuota }: Summarizer = summarizer;
const languages: readonly string[] | null = summarizer.expectedInputLanguages ?? summarizer.expectedContextLanguages;
const language: string | null = summarizer.outputLanguage;
console.log(availability, summary, usage > inputQuota, sharedContext, type, format, length, languages, language);

const canvas = document.createElement('canvas');
const classifier: DigitClassifier = await DigitClassifier.create({ signal, monitor });
const strokes = [{ points: [{ x: 1, y: 2 }] }];
const inputs = [strokes, { strokes, width: 28, height: 28 }, canvas, new Image(), new Blob(), new ImageData(1, 1), await createImageBitmap(canvas)];
for (const input of inputs) {
  const results: DigitResult[] = await classifier.classify(input, { signal });
  const [best] = results;
  if (best?.digit === null) {
    const label: 'not a digit' | 'number' | 'too little' = best.label;
    console.log(label, best.number, best.confidence);
  } else {
    const digit: number | undefined = best?.digit;
    console.log(digit, best?.label);
  }
}

const digits: DigitSample[] = [{ input: canvas, digit: 7 }, { input: strokes, digit: null }];
const onprogress = ({ done, steps, loss, heldOut, leftMs, kept }: LearningProgress) => {
  console.log(done / steps, loss, heldOut?.toFixed(2), leftMs, kept === 'refused');
};
const learning: FineTuning<DigitFigures> = fineTune(classifier, digits, { epochs: 3, rate: 1e-3, checkpoint: 'one', title: 'Mine', signal, onprogress });
learning.pause();
learning.resume();
learning.finish();
const { model, heldOut, own, steps }: FineTuned<DigitFigures> = await learning;
console.log(heldOut.after.accuracy - heldOut.before.accuracy, own.after.confusion[0]?.[0], steps);

const texts: SummarySample[] = [{ text: 'Text', summary: 'A line.\nAnother.', type: 'headline', length: 'short' }];
const figures: SummaryFigures = (await fineTune(summarizer, texts)).heldOut.after;
console.log(figures.rouge1, figures.rouge2, figures.rougeL, figures.texts, figures.loss);

await models.put('mine', model);
const kept: Blob | null = await models.get('mine');
const names: string[] = await models.list();
const was: boolean = await models.delete('mine');
if (kept) await DigitClassifier.create({ model: kept });
console.log(names, was);

summarizer.destroy();
classifier.destroy();
controller.abort();

// @ts-expect-error: it has no public constructor.
new Summarizer();
// @ts-expect-error: an attribute cannot be set.
summarizer.type = 'tldr';
// @ts-expect-error: there is no such type.
await Summarizer.create({ type: 'tl;dr' });
// @ts-expect-error: a model that is not there is null, and none to create from.
await DigitClassifier.create({ model: await models.get('mine') });
// @ts-expect-error: samples of another task.
fineTune(summarizer, digits);
// @ts-expect-error: a number is no picture.
await classifier.classify(7);
