// From times to what the bench prints and writes.

/** One who does the work: whose, and on what. */
export type Contender = {
  contender: 'inkling' | 'onnxruntime-web' | 'tensorflow.js';
  engine: 'cpu' | 'wasm' | 'webgl' | 'webgpu';
};

/** What came of a work: times in milliseconds, or why there are none. */
export type Outcome = Contender & { work: string } & ({ times: number[]; check: number } | { reason: string });

/** A line of `peers.json`. */
export type Measured = Contender & { work: string; median_ms: number };

/** The middle of some numbers, or the mean of the two in the middle. */
export function median(numbers: number[]): number {
  if (numbers.length === 0) throw new Error('nothing has no median');
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** What `peers.json` holds: those that could do the work. */
export function measured(outcomes: Outcome[]): Measured[] {
  return outcomes.flatMap((outcome) => {
    if ('reason' in outcome) return [];
    const { work, contender, engine, times } = outcome;
    return [{ work, contender, engine, median_ms: Number(median(times).toPrecision(5)) }];
  });
}

/**
 * The table: medians, how many times as long each takes as each of inkling's engines, and the sum of the result of the first timed
 * run, which should be the same for all. Who could not do the work says why.
 */
export function table(outcomes: Outcome[]): string {
  const ours = ['cpu', 'webgpu'] as const;
  const head = ['work', 'contender', 'median', 'runs', ...ours.map((engine) => `÷ inkling ${engine}`), 'sum'];
  const rows = outcomes.map((outcome) => {
    const { work, contender, engine } = outcome;
    const start = [work, `${contender} ${engine}`];
    if ('reason' in outcome) return { cells: [...start, '—'], rest: outcome.reason };
    const others = outcomes.filter((other) => other.work === work);
    const time = median(outcome.times);
    const ratios = ours.map((engine) => {
      const own = others.find((other) => other.contender === 'inkling' && other.engine === engine);
      return own && 'times' in own ? significant(time / median(own.times)) : '';
    });
    // Held against the first that has a result: that is inkling's, where it has one.
    const expected = others.flatMap((other) => ('check' in other ? [other.check] : []))[0];
    const cells = [...start, `${significant(time)} ms`, String(outcome.times.length), ...ratios, significant(outcome.check)];
    return { cells, rest: near(outcome.check, expected) ? '' : 'differs' };
  });
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map(({ cells }) => cells[column]?.length ?? 0)));
  const line = ({ cells, rest }: { cells: string[]; rest: string }) => {
    const padded = cells.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])));
    return `${padded.join('  ')} ${rest}`.trimEnd();
  };
  return [{ cells: head, rest: '' }, ...rows].map(line).join('\n');
}

/** Whether two sums of a result are as near as other orders of adding and other approximations leave them. */
export function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= 5e-3 * (1 + Math.abs(b));
}

/** Three significant digits, never in exponents. */
export function significant(value: number): string {
  const digits = value === 0 ? 2 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 6));
}
