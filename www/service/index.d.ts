// Types of inkling-service. docs/service.md explains what they are for.

/** Where the engine is. */
export interface ServiceOptions {
  /**
   * The address of the folder with `engine_cpu_loader.js` and `models/`, absolute or relative to the page. By default it is the folder
   * above this module. It must be of the page's own origin.
   */
  base?: string | URL;
}

/** Sets where the engine is. Call it before anything is created: a worker that runs already stays. */
export function configure(options: ServiceOptions): void;

/**
 * Defines the global `Summarizer` (and `CreateMonitor`), unless the browser has a `Summarizer` whose `availability()` is not
 * `'unavailable'`. Returns the `Summarizer` to use.
 */
export function install(): Promise<typeof Summarizer>;

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
  /** What the texts have in common. Kept, and has no effect yet. */
  sharedContext?: string;
}

export interface SummarizerSummarizeOptions extends CallOptions {
  /** What this text is about. Accepted, and has no effect yet. */
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
   * NotSupportedError (another language than English), NetworkError (engine or model cannot be fetched), OperationError (the engine
   * cannot run).
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

  /** How much of `inputQuota` a text takes: its UTF-16 code units. */
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
