// What the page keeps in IndexedDB, looked at from outside.

import { expect, type Page } from '@playwright/test';
import { createHash } from 'node:crypto';

export type Rows = Map<string, Buffer>;

/** All rows that are kept, by name. The page may be any of this origin. */
export async function kept(page: Page): Promise<Rows> {
  const rows = await page.evaluate(async () => {
    const base64 = (bytes: Uint8Array) => {
      let text = '';
      for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
      return btoa(text);
    };
    const open = indexedDB.open('inkling', 1);
    open.onupgradeneeded = () => open.result.createObjectStore('kept');
    await new Promise((resolve, reject) => ((open.onsuccess = resolve), (open.onerror = reject)));
    const store = open.result.transaction('kept').objectStore('kept');
    const [names, values] = [store.getAllKeys(), store.getAll()];
    await new Promise((resolve, reject) => ((values.onsuccess = resolve), (values.onerror = reject)));
    open.result.close();
    return values.result.map((value: Uint8Array, i) => [names.result[i] as string, base64(value)] as const);
  });
  return new Map(rows.map(([name, bytes]) => [name, Buffer.from(bytes, 'base64')]));
}

/** Keeps rows as a page would. */
export async function keep(page: Page, rows: Rows) {
  const given = [...rows].map(([name, bytes]) => [name, [...bytes]] as const);
  await page.evaluate(async (given) => {
    const open = indexedDB.open('inkling', 1);
    open.onupgradeneeded = () => open.result.createObjectStore('kept');
    await new Promise((resolve, reject) => ((open.onsuccess = resolve), (open.onerror = reject)));
    const transaction = open.result.transaction('kept', 'readwrite');
    for (const [name, bytes] of given) transaction.objectStore('kept').put(new Uint8Array(bytes), name);
    await new Promise((resolve, reject) => ((transaction.oncomplete = resolve), (transaction.onabort = reject)));
    open.result.close();
  }, given);
}

/** Goes to a page of the same origin with nothing in it, so that nobody else looks at what is kept, or changes it. */
export async function leave(page: Page) {
  const body = '<!doctype html><link rel="icon" href="data:,">';
  await page.route('**/nothing.html', (route) => route.fulfill({ contentType: 'text/html', body }));
  await page.goto('nothing.html');
}

/** The names that begin so, without it. */
export const names = (rows: Rows, prefix: string): string[] =>
  [...rows.keys()].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));

/** The versions that are listed. Fails unless each is whole: its package is there, and holds the weights that it says it holds. */
export function wholeVersions(rows: Rows): string[] {
  const versions = names(rows, 'version/');
  for (const name of versions) {
    expect(JSON.parse(rows.get(`version/${name}`)!.toString()).name).toBe(name);
    const file = rows.get(`package/${name}`);
    expect(file, `the package of ${name}`).toBeDefined();
    const data = 8 + Number(file!.readBigUInt64LE(0));
    const { __metadata__: metadata, ...tensors } = JSON.parse(file!.subarray(8, data).toString());
    // The weights without what was added to them, as the format writes them: a header padded to eight bytes, then the tensors.
    const json = Buffer.from(JSON.stringify(tensors));
    const header = Buffer.concat([json, Buffer.alloc((8 - (json.length % 8)) % 8, ' ')]);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    const weights = Buffer.concat([length, header, file!.subarray(data)]);
    const { sha256, bytes } = JSON.parse(metadata.inkling).files[0];
    expect([weights.length, createHash('sha256').update(weights).digest('hex')], `weights of ${name}`).toEqual([bytes, sha256]);
  }
  return versions;
}

/** The step at which the checkpoint that is kept was made, if one is. */
export function checkpoint(rows: Rows): number | null {
  const bytes = rows.get('learning');
  return bytes ? JSON.parse(bytes.subarray(4, 4 + bytes.readUInt32LE(0)).toString()).step : null;
}
