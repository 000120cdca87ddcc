// The recurrent layer on WebGPU against Burn's own, and how many dispatches it takes. Not a test: it prints.

import { chromium, test } from '@playwright/test';
import { withWebGpu } from '../e2e/browser';
import { Probe } from '../e2e/layers';
import { median, significant } from './peers/table';

const ROUNDS = 7;

test('kernels', async () => {
  const browser = await chromium.launch(withWebGpu);
  try {
    const probe = await Probe.start(await browser.newPage(), 'gpu');
    const works = { ours: 'lstm-64', burns: 'burn-lstm-64' };
    const times: Record<string, number[]> = { ours: [], burns: [] };
    for (let round = 0; round < ROUNDS; round++) {
      for (const [who, work] of Object.entries(works)) times[who].push(...(await probe.ask({ measure: { work, runs: 1 } })).times!);
    }
    const [ours, burns] = [median(times.ours), median(times.burns)];
    console.log(`LSTM 128 → 256 over 64 tokens, WebGPU: ${significant(ours)} ms; burn::nn::Lstm ${significant(burns)} ms, ${significant(burns / ours)} times as long`);
    for (const work of ['bilstm-16x64', 'decode-16']) {
      await probe.ask({ measure: { work, runs: 1 } });
      await probe.ask({ dispatches: true });
      const [time] = (await probe.ask({ measure: { work, runs: 1 } })).times!;
      const { dispatches } = await probe.ask({ dispatches: true });
      console.log(`${work}: ${dispatches} dispatches, ${significant(time)} ms`);
    }
  } finally {
    await browser.close();
  }
});
