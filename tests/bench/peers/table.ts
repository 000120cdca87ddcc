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
 * The table: medians, and how many times as long each takes as each of inkling's engines. Who could not do the work says why.
 */
export function table(outcomes: Outcome[]): string {
  const medians = measured(outcomes);
  const of = (work: string, { contender, engine }: Contender) =>
    medians.find((row) => row.work === work && row.contender === contender && row.engine === engine)?.median_ms;
  const ours = (['cpu', 'webgpu'] as const).map((engine): Contender => ({ contender: 'inkling', engine }));
  const lines = [['work', 'contender', 'median', 'runs', ...ours.map(({ engine }) => `÷ inkling ${engine}`), 'check']];
  for (const outcome of outcomes) {
    const { work, contender, engine } = outcome;
    const start = [work, `${contender} ${engine}`];
    if ('reason' in outcome) {
      lines.push([...start, '—', `  ${outcome.reason}`]);
      continue;
    }
    const time = median(outcome.times);
    const ratios = ours.map((own) => {
      const base = of(work, own);
      return base === undefined ? '' : significant(time / base);
    });
    lines.push([...start, `${significant(time)} ms`, String(outcome.times.length), ...ratios, significant(outcome.check)]);
  }
  // What stands in a reason widens no column.
  const width = (column: number) => Math.max(...lines.map((line) => (line.length > 4 ? line[column].length : 0)));
  const widths = lines[0].map((_, column) => width(column));
  return lines
    .map((line) => line.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(line.length > 4 || i < 3 ? widths[i] : 0))))
    .map((cells) => cells.join('  ').trimEnd())
    .join('\n');
}

/** Three significant digits, never in exponents. */
export function significant(value: number): string {
  const digits = value === 0 ? 2 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 6));
}
