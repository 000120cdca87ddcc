// Pictures of digits: opened, dropped and pasted.

import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';

type Look = { width: number; height: number; ink: string; ground: string; type?: string; noise?: boolean };

/** A picture of a hand-drawn 3, made by the browser. */
async function three(page: Page, look: Look): Promise<Buffer> {
  const base64 = await page.evaluate(async ({ width, height, ink, ground, type, noise }) => {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d')!;
    context.fillStyle = ground;
    context.fillRect(0, 0, width, height);
    const unit = Math.min(width, height) / 28;
    if (noise) {
      // A page under a lamp: bright in one corner, darker in the other, with a grain.
      const light = context.createLinearGradient(0, 0, width, height);
      light.addColorStop(0, 'rgba(0, 0, 0, 0)');
      light.addColorStop(1, 'rgba(0, 0, 0, 0.25)');
      context.fillStyle = light;
      context.fillRect(0, 0, width, height);
      context.fillStyle = 'rgba(0, 0, 0, 0.04)';
      for (let i = 0; i < 20_000; i++) context.fillRect((i * 7919) % width, (i * 104_729) % height, 4, 4);
    }
    context.translate(width / 2 - 14 * unit, height / 2 - 14 * unit);
    context.scale(unit, unit);
    context.strokeStyle = ink;
    context.lineWidth = 2.4;
    context.lineCap = 'round';
    context.lineJoin = 'round';
    context.beginPath();
    context.moveTo(9, 7);
    context.bezierCurveTo(20, 2, 21, 13, 13, 13.5);
    context.bezierCurveTo(23, 14, 20, 26, 8, 21);
    context.stroke();
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: type ?? 'image/png' })).arrayBuffer());
    let text = '';
    for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    return btoa(text);
  }, look);
  return Buffer.from(base64, 'base64');
}

const paper: Look = { width: 400, height: 300, ink: '#223', ground: '#fafaf5' };
const blackboard: Look = { width: 300, height: 400, ink: '#eee', ground: '#123322' };

/** Fires an event that carries files, as dropping and pasting do. */
async function carry(page: Page, kind: 'drop' | 'paste', name: string, type: string, bytes: Buffer) {
  await page.evaluate(
    ({ kind, name, type, base64 }) => {
      const data = new DataTransfer();
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      data.items.add(new File([bytes], name, { type }));
      const pad = document.getElementById('pad')!;
      const options = { bubbles: true, cancelable: true };
      if (kind === 'paste') {
        document.body.dispatchEvent(new ClipboardEvent('paste', { ...options, clipboardData: data }));
      } else {
        for (const step of ['dragenter', 'dragover', 'drop']) {
          pad.dispatchEvent(new DragEvent(step, { ...options, dataTransfer: data }));
        }
      }
    },
    { kind, name, type, base64: bytes.toString('base64') },
  );
}

test.beforeEach(async ({ inkling }) => {
  await inkling.open('cpu');
  await inkling.ready('cpu');
});

for (const [name, look] of Object.entries({ 'dark on light': paper, 'light on dark': blackboard })) {
  test(`opens a picture, ${name}`, async ({ inkling, page }) => {
    await inkling.openFile({ name: 'three.png', mimeType: 'image/png', buffer: await three(page, look) });
    expect(await inkling.answer()).toBe(3);
  });
}

test('takes a picture that is dropped', async ({ inkling, page }) => {
  await carry(page, 'drop', 'three.png', 'image/png', await three(page, paper));
  expect(await inkling.answer()).toBe(3);
});

test('takes a picture that is pasted', async ({ inkling, page }) => {
  await carry(page, 'paste', 'three.png', 'image/png', await three(page, blackboard));
  expect(await inkling.answer()).toBe(3);
});

test('takes a photograph of 20 megapixels', async ({ inkling, page }) => {
  const photo: Look = { ...paper, width: 5472, height: 3648, type: 'image/jpeg', noise: true };
  await inkling.openFile({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: await three(page, photo) });
  expect(await inkling.answer()).toBe(3);
});

test('refuses a text that is named .png, with a sentence', async ({ inkling, page }) => {
  await inkling.openFile({ name: 'digit.png', mimeType: 'image/png', buffer: Buffer.from('This is no picture.\n') });
  await inkling.says(/digit\.png/);
  // What was there before still works.
  await inkling.openFile({ name: 'three.png', mimeType: 'image/png', buffer: await three(page, paper) });
  expect(await inkling.answer()).toBe(3);
});

test('refuses an empty picture, with a sentence', async ({ inkling, page }) => {
  const blank: Look = { ...paper, ink: paper.ground };
  await inkling.openFile({ name: 'blank.png', mimeType: 'image/png', buffer: await three(page, blank) });
  expect(await inkling.answer()).toBeNull();
});
