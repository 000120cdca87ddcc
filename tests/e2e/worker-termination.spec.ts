// Ends that nobody chose: a worker, a tab or its process is killed at random moments of training and of saving. Each time nothing saved
// is lost, no half of a version appears, and learning goes on from its checkpoint until it has come to exactly one version.

import { expect, test as base, type BrowserContext, type CDPSession, type Page } from '@playwright/test';
import { test } from './fixtures';
import { Inkling } from './page';
import { checkpoint, kept, leave, names, wholeVersions, type Rows } from './store';
import { firstStep, learn, patchWorkers, quickClock, teach, watchLearning } from './fine-tuning';

/** Where in its work something is killed. */
type Moment =
  /** Before the first checkpoint of a life, if it is quick. */
  | 'the beginning'
  /** After one of the first checkpoints. */
  | 'training'
  /** While a checkpoint is written, after the first. */
  | 'the writing of a checkpoint'
  /** While the result is measured. */
  | 'measuring'
  /** While the version is written. */
  | 'the keeping of a version';

/** What is killed, and how. */
type Victim = 'the worker' | 'the page, which goes elsewhere' | 'the tab' | "the tab's process";

type Kill = { moment: Moment; victim: Victim; count: number; delay: number };

/** Numbers that are the same for the same seed. */
function random(seed: number) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Twenty kills in random order. Most are after a checkpoint of the same life: what never comes any further is given up at last. */
function kills(seed: number): Kill[] {
  const next = random(seed);
  const below = (count: number) => Math.floor(next() * count);
  const kill = (moment: Moment, victim: Victim, counts: number, delay: number): Kill => ({
    moment, victim, count: 1 + below(counts), delay: next() * delay,
  });
  const page: Victim[] = ['the page, which goes elsewhere', 'the tab', "the tab's process"];
  const all = [
    ...Array.from({ length: 5 }, () => kill('training', 'the worker', 3, 150)),
    ...Array.from({ length: 5 }, () => kill('the writing of a checkpoint', 'the worker', 2, 40)),
    ...page.map((victim) => kill('training', victim, 2, 150)),
    ...page.map((victim) => kill('the keeping of a version', victim, 1, 60)),
    kill('the beginning', 'the worker', 1, 100),
    kill('the writing of a checkpoint', page[below(3)], 2, 40),
    kill('measuring', 'the worker', 4, 50),
    kill('measuring', page[below(3)], 4, 50),
  ];
  for (let i = all.length - 1; i > 0; i--) {
    const j = below(i + 1);
    [all[i], all[j]] = [all[j], all[i]];
  }
  return all;
}

/** Runs in every page: kills where it is told to, and says so. */
function hooks() {
  type Hooked = typeof window & { kill?: Kill; struck(what: string): void; lives: { steps: number[] }[] };
  const here = window as Hooked;
  here.lives = [];
  let worker: Worker | undefined;
  const strike = (kill: Kill) => {
    here.kill = undefined;
    setTimeout(async () => {
      if (kill.victim !== 'the worker') return here.struck(kill.victim);
      // No event tells the page.
      worker!.terminate();
      here.lives = [];
      // What is kept now, before another worker keeps more.
      const open = indexedDB.open('inkling', 1);
      await new Promise((resolve) => (open.onsuccess = resolve));
      const row = open.result.transaction('kept').objectStore('kept').get('learning');
      await new Promise((resolve) => (row.onsuccess = resolve));
      open.result.close();
      const bytes = row.result && new DataView(row.result.buffer, row.result.byteOffset);
      const header = bytes && new TextDecoder().decode(row.result.subarray(4, 4 + bytes.getUint32(0, true)));
      here.struck(header ? JSON.parse(header).step : 0);
    }, kill.delay);
  };
  const pass = (moment: Moment) => {
    const kill = here.kill;
    if (kill && kill.moment === moment && --kill.count === 0) strike(kill);
  };
  here.Worker = class extends Worker {
    constructor(...options: ConstructorParameters<typeof Worker>) {
      super(...options);
      worker = this;
      const life = { steps: [] as number[] };
      here.lives.push(life);
      this.addEventListener('message', ({ data: { reply } }) => {
        if (reply?.type === 'learning') {
          life.steps.push(reply.done);
          if (reply.kept === 'yes') pass('training');
        }
        if (reply?.type === 'progress' && reply.doing === 'measuring') pass('measuring');
      });
    }

    postMessage(message: any, ...options: any[]) {
      super.postMessage(message, ...options);
      if (message.request?.type === 'learn') pass('the beginning');
    }
  };
  new BroadcastChannel('test').onmessage = () => pass('the writing of a checkpoint');
  const add = IDBObjectStore.prototype.add;
  IDBObjectStore.prototype.add = function (value, key) {
    if (String(key).startsWith('version/')) {
      pass('the keeping of a version');
      // Long enough to be killed in the middle.
      const end = performance.now() + 60;
      const hold = () => {
        if (performance.now() < end) this.get('nothing').onsuccess = hold;
      };
      hold();
    }
    return add.call(this, value, key);
  };
}

/** Runs in every worker: its clock goes thirty times as fast, so that checkpoints do, and it says when it writes one, which takes a while. */
const IN_WORKER = `{
  const now = performance.now.bind(performance);
  const channel = new BroadcastChannel('test');
  const put = IDBObjectStore.prototype.put;
  let written = 0;
  IDBObjectStore.prototype.put = function (value, key) {
    if (key === 'learning' && ++written > 1) {
      channel.postMessage(key);
      const end = now() + 30;
      const hold = () => {
        if (now() < end) this.get('nothing').onsuccess = hold;
      };
      hold();
    }
    return put.call(this, value, key);
  };
}
${quickClock(30)}`;

/** A browser whose tabs come and go. */
class Killer {
  inkling!: Inkling;
  private spare!: Page;
  private devtools!: CDPSession;
  private readonly pages: Inkling[] = [];
  private struck!: (what: string) => void;

  static async open(context: BrowserContext): Promise<Killer> {
    const killer = new Killer(context);
    await context.exposeFunction('struck', (what: string) => killer.struck(what));
    await context.addInitScript(hooks);
    await patchWorkers(context, IN_WORKER);
    await killer.take(await context.newPage());
    await killer.inkling.open('cpu');
    return killer;
  }

  private constructor(private readonly context: BrowserContext) {}

  /** Goes on in another tab, with a third at hand, so that a kill waits for nothing. */
  private async take(page: Page) {
    this.inkling = new Inkling(page);
    this.pages.push(this.inkling);
    this.devtools = await this.context.newCDPSession(page);
    this.spare = await this.context.newPage();
    await leave(this.spare);
  }

  errors(): string[] {
    return this.pages.flatMap((page) => page.unexpectedErrors()).filter((error) => error !== 'the page crashed');
  }

  /** Kills when its moment comes, if need be in a later learning, which `again` begins. Gives what is kept then. */
  async kill(kill: Kill, again: () => Promise<void>): Promise<{ step: number; rows: Rows }> {
    const struck = new Promise<string>((resolve) => (this.struck = resolve));
    const { page } = this.inkling;
    await page.evaluate((kill) => Object.assign(window, { kill }), kill);
    let what: string | undefined;
    while (what === undefined) {
      what = await Promise.race([struck, this.inkling.has('data-learning', 'done').then(() => undefined, () => undefined)]);
      // It may be about to be killed just as it ends.
      if (what === undefined && (await page.evaluate(() => !('kill' in window && window.kill)))) what = await struck;
      if (what === undefined) await again();
    }
    if (kill.victim === 'the worker') return { step: Number(what), rows: await kept(page) };
    if (kill.victim === 'the page, which goes elsewhere') {
      await leave(page);
    } else {
      if (kill.victim === 'the tab') {
        await page.close();
      } else {
        const gone = page.waitForEvent('crash');
        // It is not there any more to answer.
        this.devtools.send('Page.crash').catch(() => undefined);
        await gone;
        await page.close();
      }
      await this.take(this.spare);
    }
    const rows = await kept(this.inkling.page);
    await this.inkling.open('cpu');
    return { step: checkpoint(rows) ?? 0, rows };
  }

  /** The first step of the worker's life that there is now. */
  async first(): Promise<number> {
    const first = await this.inkling.page.waitForFunction(
      () => (window as unknown as { lives: { steps: number[] }[] }).lives.at(-1)?.steps[0],
    );
    return (await first.jsonValue())!;
  }
}

base('killed at twenty random moments, nothing is lost and learning goes on', async ({ context }) => {
  const seed = Number(process.env.INKLING_SEED) || Date.now() % 1e6;
  console.log(`INKLING_SEED=${seed}`);
  const killer = await Killer.open(context);
  await killer.inkling.ready('cpu');
  await teach(killer.inkling, 3);
  await expect.poll(async () => names(await kept(killer.inkling.page), 'sample/')).toHaveLength(3);
  const samples = (rows: Rows) => names(rows, 'sample/').map((name) => rows.get(`sample/${name}`)!.toString());
  const before = samples(await kept(killer.inkling.page));

  let learned = 0;
  const begin = async () => {
    await killer.inkling.page.bringToFront();
    await killer.inkling.ready('cpu');
    await learn(killer.inkling, 2);
    await expect.poll(async () => (await kept(killer.inkling.page)).has('pending')).toBe(true);
  };
  const again = async () => {
    learned += 1;
    await begin();
  };
  await begin();
  for (const [index, kill] of kills(seed).entries()) {
    await base.step(`${index + 1}: ${kill.victim} at ${kill.moment}`, async () => {
      const { step, rows } = await killer.kill(kill, again);
      expect(samples(rows), 'the samples').toEqual(before);
      const versions = wholeVersions(rows);
      if (rows.has('pending')) {
        expect(versions, 'of what is learned there is no version yet').toHaveLength(learned);
        // After the last of twenty steps there is only the measuring.
        if (step < 20) expect(await killer.first(), 'the first step after that of the checkpoint').toBe(step + 1);
      } else {
        expect(versions, 'what is learned is a version').toHaveLength(++learned);
        await killer.inkling.has('data-versions', `${learned}`);
        await begin();
      }
      await killer.inkling.has('data-samples', '3');
    });
  }
  await killer.inkling.has('data-learning', 'done');
  learned += 1;
  await killer.inkling.has('data-versions', `${learned}`);
  await expect.poll(async () => (await kept(killer.inkling.page)).has('pending')).toBe(false);
  const rows = await kept(killer.inkling.page);
  expect(wholeVersions(rows)).toHaveLength(learned);
  expect(rows.has('learning')).toBe(false);
  // What its checksum says, the engine says too.
  for (const name of wholeVersions(rows)) {
    const version = killer.inkling.page.locator(`[data-version="${name}"]`);
    if (await version.getByRole('button', { name: 'Use' }).isVisible()) await version.getByRole('button', { name: 'Use' }).click();
    await killer.inkling.has('data-model', name);
    await killer.inkling.ready('cpu');
  }
  expect(killer.errors()).toEqual([]);
});

test('a worker that hangs while it learns is called again', async ({ inkling, page, context }) => {
  await watchLearning(context);
  await page.addInitScript(() => {
    // Long waits end when the test wants them to.
    const { setTimeout: set, clearTimeout: clear } = window;
    const long = new Map<number, () => void>();
    Object.assign(window, {
      setTimeout(call: () => void, ms?: number) {
        const id = set(call, ms);
        if ((ms ?? 0) >= 10_000) long.set(id, call);
        return id;
      },
      clearTimeout(id: number) {
        long.delete(id);
        clear(id);
      },
      lapse() {
        const over = [...long];
        long.clear();
        for (const [id, call] of over) {
          clear(id);
          call();
        }
        return over.length;
      },
    });
  });
  await inkling.open('cpu');
  await inkling.ready('cpu');
  await teach(inkling, 2);
  await learn(inkling, 10);
  await expect.poll(async () => checkpoint(await kept(page))).toBeGreaterThan(0);
  // Read before: of one that hangs in the middle of writing, nobody can read anything until it is ended.
  const before = checkpoint(await kept(page))!;
  await page.evaluate(() => {
    const hung = new Promise((resolve) => (new BroadcastChannel('hung').onmessage = resolve));
    Object.assign(window, { hung });
  });
  const worker = await inkling.worker('cpu');
  await worker.evaluate(() => {
    setTimeout(() => {
      new BroadcastChannel('hung').postMessage('now');
      for (;;);
    });
  });
  await page.evaluate(async () => {
    const { hung, steps } = window as unknown as { hung: Promise<unknown>; steps: number[] };
    await hung;
    steps.length = 0;
  });
  // In two halves, so that a machine that wakes from sleep does not take its own absence for the worker's.
  const lapse = () => page.evaluate(() => (window as unknown as { lapse(): number }).lapse());
  expect([await lapse(), await lapse()]).toEqual([1, 1]);
  expect(await firstStep(page), 'the first step of the next worker').toBeGreaterThan(before);
  await inkling.has('data-learning', 'done');
  await inkling.has('data-versions', '1');
});
