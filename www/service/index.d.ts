// Types of inkling-service. docs/service.md explains what they are for.

/** Where the engine is. */
export interface ServiceOptions {
  /**
   * The address of the folder with `engine_cpu_loader.js` and `models/`, absolute or relative to the page. By default it is the folder
   * above this module. Of another origin than the page's, its server must allow that (CORS), and the page's policy needs
   * `worker-src blob:`.
   */
  base?: string | URL;
  /** The name of this embedder: `models` and checkpoints of one name are not seen under another. By default it is empty. */
  name?: string;
}

/** Sets where the engine is, and who uses it. Call it before anything is created: a worker that runs already stays. */
export function configure(options: ServiceOptions): void;

export interface InstallOptions {
  /** Define the classes in frames of the page's origin too: in those that are there, that come, and in the pages that they go to. */
  frames?: boolean;
}

/**
 * Defines the global `Summarizer` (and `CreateMonitor`), unless the browser has a `Summarizer` whose `availability()` is not
 * `'unavailable'`. Returns the `Summarizer` to use.
 */
export function install(options?: InstallOptions): Promise<typeof Summarizer>;

/** Whether a model is here, on its way, to be downloaded, or will never be. */
export type Availability = 'unavailable' | 'downloadable' | 'downloading' | 'available';

/** Hears of the download of a model. */
export interface CreateMonitor extends EventTarget {
  ondownloadprogress: ((this: CreateMonitor, event: ProgressEvent) => unknown) | null;
  addEventListener(
    type: 'downloadprogress',
    listener: (this: CreateMonitor, event: ProgressEvent) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

/** What the creation of any object takes. */
export interface CreateOptions {
  /** A model of the same task in place of the standard one: of `fineTune()`, exported from Inkling's page, or a file of PyTorch's weights. */
  model?: Blob;
  /** Ends the creation; after it, destroys the object. */
  signal?: AbortSignal;
  /**
   * Called at once, with an object that fires `downloadprogress`: `total` is 1, `loaded` rises from 0 to 1. A model that is here already
   * gives these two events.
   */
  monitor?: (monitor: CreateMonitor) => void;
}

/** What a call takes. */
export interface CallOptions {
  /** Ends the call: it rejects with the signal's reason. */
  signal?: AbortSignal;
}

export type SummarizerType = 'key-points' | 'tldr' | 'teaser' | 'headline';
export type SummarizerFormat = 'markdown' | 'plain-text';
export type SummarizerLength = 'short' | 'medium' | 'long';

/** What a summary is to be like. */
export interface SummarizerCreateCoreOptions {
  /** Default: `'key-points'`. */
  type?: SummarizerType;
  /** Default: `'markdown'`, in which key points are `* ` items. `'plain-text'` has a line for each. */
  format?: SummarizerFormat;
  /** Default: `'short'`. 3, 5 or 7 key points; 1, 3 or 5 sentences; about 12, 17 or 22 words of a headline. */
  length?: SummarizerLength;
  /** Accepted, and has no effect: there is one model. */
  preference?: 'auto' | 'speed' | 'capability';
  /** Language tags; English alone is supported. */
  expectedInputLanguages?: Iterable<string>;
  /** Language tags; English alone is supported. */
  expectedContextLanguages?: Iterable<string>;
  /** A language tag; English alone is supported. */
  outputLanguage?: string;
}

export interface SummarizerCreateOptions extends SummarizerCreateCoreOptions, CreateOptions {
  /** What the texts have in common: sentences that share its words are preferred. */
  sharedContext?: string;
}

export interface SummarizerSummarizeOptions extends CallOptions {
  /** What this text is about: sentences that share its words are preferred. */
  context?: string;
}

/** Summarizes texts, by the interface of the Writing Assistance APIs. */
export class Summarizer {
  private constructor();

  /**
   * Loads the model, downloading it if it is not cached.
   *
   * Rejects with TypeError or RangeError (options, language tags), InvalidStateError (a document in no window), the signal's reason,
   * NotAllowedError (a permissions policy; a download before the visitor clicked or typed anything), what `monitor` throws,
   * NotSupportedError (another language than English), QuotaExceededError (a `sharedContext` longer than `inputQuota`), NetworkError
   * (engine or model cannot be fetched), DataError (a `model` that is damaged or for another task), SecurityError (a policy forbids the
   * worker), OperationError (the engine cannot run).
   */
  static create(options?: SummarizerCreateOptions): Promise<Summarizer>;

  /** Whether `create()` with these options would work, and whether it would download something. */
  static availability(options?: SummarizerCreateCoreOptions): Promise<Availability>;

  /**
   * The whole summary. It is empty for a text without words.
   *
   * Rejects with the signal's reason, AbortError (after `destroy()`), QuotaExceededError (a text longer than `inputQuota`),
   * NotSupportedError (a text in another language), OperationError (the engine stopped; the next call starts it again).
   */
  summarize(input: string, options?: SummarizerSummarizeOptions): Promise<string>;

  /**
   * The summary as it is written, a chunk for each line; together they are what `summarize()` returns. Cancelling the stream stops the
   * work. Throws at once if the signal is aborted already; otherwise the stream fails as `summarize()` rejects.
   */
  summarizeStreaming(input: string, options?: SummarizerSummarizeOptions): ReadableStream<string>;

  /** How much of `inputQuota` a text and its context take: their UTF-16 code units. */
  measureInputUsage(input: string, options?: SummarizerSummarizeOptions): Promise<number>;

  readonly sharedContext: string;
  readonly type: SummarizerType;
  readonly format: SummarizerFormat;
  readonly length: SummarizerLength;
  readonly expectedInputLanguages: readonly string[] | null;
  readonly expectedContextLanguages: readonly string[] | null;
  readonly outputLanguage: string | null;
  /** The longest text that is summarized, in UTF-16 code units. */
  readonly inputQuota: number;

  /** Ends what is under way with an AbortError. The worker ends 30 seconds after the last object. */
  destroy(): void;
}

/** A point of a stroke, in any unit; y points down. */
export interface Point {
  x: number;
  y: number;
}

/** What a pen draws between touching the ground and leaving it. */
export interface Stroke {
  points: Iterable<Point>;
}

/** Strokes in the order they were drawn. Their size and place do not matter, so that no width or height is needed. */
export type Strokes = Stroke[] | { strokes: Iterable<Stroke>; width?: number; height?: number };

/** What a digit can be read from. Pictures have dark ink on a light ground or the other way round; transparent is white. */
export type DigitInput =
  | Strokes
  | ImageData
  | ImageBitmap
  | HTMLCanvasElement
  | OffscreenCanvas
  | HTMLImageElement
  | Blob;

/** One possible reading. */
export type DigitResult =
  | {
      /** 0 to 9. */
      digit: number;
      /** The digit as text. */
      label: string;
      /** From 0 to 1; those of all results add up to 1. */
      confidence: number;
    }
  | {
      /** Not one digit: the first result, if there is such a result. */
      digit: null;
      /** Several digits are a `'number'`; a tap of the pen is `'too little'`. */
      label: 'not a digit' | 'number' | 'too little';
      confidence: number;
      /** The number that was read. */
      number?: string;
    };

/** Reads a handwritten digit. */
export class DigitClassifier {
  private constructor();

  /** Loads the model (149 kB), downloading it if it is not cached. Rejects as `Summarizer.create()`, but needs no action of the visitor. */
  static create(options?: CreateOptions): Promise<DigitClassifier>;

  /** Whether `create()` would download something. */
  static availability(): Promise<Availability>;

  /**
   * The ten digits by confidence; before them, if the engine finds that it is not one digit, a result that says so.
   *
   * Rejects with TypeError (not one of these inputs), DataError (a picture that cannot be read, or nothing drawn), SecurityError (a
   * picture of another origin), the signal's reason, AbortError (after `destroy()`), OperationError.
   */
  classify(input: DigitInput, options?: CallOptions): Promise<DigitResult[]>;

  /** Ends what is under way with an AbortError. */
  destroy(): void;
}

/** A drawing or picture, and what it is. */
export interface DigitSample {
  input: DigitInput;
  /** 0 to 9, or null for what is no digit. */
  digit: number | null;
}

/** A text with its summary as it should be. */
export interface SummarySample {
  text: string;
  /** A sentence a line; `* ` before a line is taken away. */
  summary: string;
  /** Default: the summarizer's. */
  type?: SummarizerType;
  /** Default: the summarizer's. */
  length?: SummarizerLength;
}

/** How learning stands. */
export interface LearningProgress {
  /** Steps done, and in all. */
  done: number;
  steps: number;
  /** The mean loss since the last report. */
  loss: number;
  /** On some held-out samples, where it was just measured: the share of digits read correctly, or the mean ROUGE, from 0 to 1. */
  heldOut?: number;
  /** Milliseconds that are left, by the steps so far. */
  leftMs: number;
  /** Whether the last checkpoint could be kept. */
  kept: 'not-yet' | 'yes' | 'refused';
}

export interface FineTuneOptions extends CallOptions {
  /** Passes over the samples, of ten steps each. Default: 14 for digits, 5 for summaries. */
  epochs?: number;
  /** The highest learning rate. Default: 0.002 for digits, 0.0003 for summaries. */
  rate?: number;
  /**
   * A name under which the browser keeps how far it is, every few seconds. The same learning with the same name goes on from there. It is
   * forgotten at the end. Without a name nothing is kept.
   */
  checkpoint?: string;
  /** A line that is written into the model. */
  title?: string;
  /** What it throws ends the learning. */
  onprogress?: (progress: LearningProgress) => void;
}

/** How a classifier did; shares from 0 to 1, of precision, recall and F1 the mean over the digits. */
export interface DigitFigures {
  accuracy: number;
  precision: number;
  recall: number;
  f1: number;
  /** How often each digit (row) was read as each (column). */
  confusion: number[][];
}

/** How a summarizer did beside what people wrote: F1 of ROUGE from 0 to 100. */
export interface SummaryFigures {
  rouge1: number;
  rouge2: number;
  rougeL: number;
  loss: number;
  /** How many texts. */
  texts: number;
}

/** What came of a learning. */
export interface FineTuned<Figures> {
  /** For `create({ model })`, `models.put()`, or as a file `….safetensors` for PyTorch. */
  model: Blob;
  /** On samples held out of all training. */
  heldOut: { before: Figures; after: Figures };
  /** On the samples themselves. */
  own: { before: Figures; after: Figures };
  steps: number;
}

/** A learning under way. */
export interface FineTuning<Figures> extends Promise<FineTuned<Figures>> {
  /** Rests after the step that is being made. */
  pause(): void;
  /** Goes on. */
  resume(): void;
  /** Ends after the step that is being made, with what was learned so far. */
  finish(): void;
}

/**
 * Teaches a copy of an object's model; the object stays as it is.
 *
 * Rejects with TypeError (samples of another form), DataError (nothing to learn from, or a picture that cannot be read), the signal's
 * reason, AbortError (after `destroy()`), what `onprogress` throws, NetworkError (what it is measured on cannot be fetched),
 * OperationError (the engine stopped, or the loss was no number any more).
 */
export function fineTune(
  object: DigitClassifier,
  samples: Iterable<DigitSample>,
  options?: FineTuneOptions,
): FineTuning<DigitFigures>;
export function fineTune(
  object: Summarizer,
  samples: Iterable<SummarySample>,
  options?: FineTuneOptions,
): FineTuning<SummaryFigures>;

/**
 * Keeps models in the browser, under the name that `configure()` was given. All reject with NotSupportedError where there is no such
 * storage (a page without https), and with QuotaExceededError where there is no room.
 */
export const models: {
  /** Keeps a model; one of that name is replaced. */
  put(name: string, model: Blob): Promise<void>;
  /** The model of that name, or null. */
  get(name: string): Promise<Blob | null>;
  /** The names, in the order in which they came. */
  list(): Promise<string[]>;
  /** Whether there was one. */
  delete(name: string): Promise<boolean>;
};
