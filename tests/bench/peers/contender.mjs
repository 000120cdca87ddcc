// A peer in its worker: the same messages as the probe's (`src/probe/mod.rs`).

/** Milliseconds after which one run is enough. */
const ONE_RUN = 20_000;

/**
 * Answers measurements. `build(work)` makes a function that does the work once, reads the result back, and gives the sum of what
 * it read.
 */
export function contend(build) {
  const tasks = new Map();
  onmessage = async ({ data: { id, measure } }) => {
    try {
      postMessage({ id, ...(await times(tasks, build, measure)) });
    } catch (error) {
      postMessage({ id, error: error?.message ?? String(error) });
    }
  };
  postMessage({ hello: 'peer' });
}

async function times(tasks, build, { work, runs }) {
  if (!tasks.has(work)) {
    const task = await build(work);
    const first = await timed(task);
    if (first.time > ONE_RUN) return { times: [first.time], check: first.check };
    await task();
    tasks.set(work, task);
  }
  const times = [];
  let check;
  for (let run = 0; run < runs; run++) {
    const { time, check: sum } = await timed(tasks.get(work));
    times.push(time);
    check = sum;
  }
  return { times, check };
}

async function timed(task) {
  const start = performance.now();
  const check = await task();
  return { time: performance.now() - start, check };
}

/** The sum of an array's values. */
export const sum = (values) => values.reduce((a, b) => a + Number(b), 0);
