// Whether a model has to be downloaded: its manifest is compared with the engine's cache.

import { address } from './settings.js';
import { runningEngine } from './worker-client.js';

/** As in src/host/web_worker.rs. */
const CACHE = 'inkling-weights-1';

const manifests = new Map();

/** Rejects where the host cannot be reached. */
export async function modelAvailability({ task, name }) {
  const known = runningEngine()?.availabilityOf(name);
  if (known) return known;
  const folder = address(`models/${task}/${name}/`);
  const files = await manifestFiles(folder);
  return (await areCached(folder, files)) ? 'available' : 'downloadable';
}

async function manifestFiles(folder) {
  const known = manifests.get(folder);
  if (known) return known;
  let files;
  try {
    const response = await fetch(`${folder}model.json`);
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    ({ files } = await response.json());
  } catch (error) {
    throw new DOMException(`The model's ${folder}model.json cannot be read: ${error.message}.`, 'NetworkError');
  }
  manifests.set(folder, files);
  return files;
}

async function areCached(folder, files) {
  try {
    const cache = await caches.open(CACHE);
    const keys = files.map(({ name, sha256 }) => `${folder}${name}?sha256=${sha256}`);
    const found = await Promise.all(keys.map((key) => cache.match(key)));
    return found.every(Boolean);
  } catch {
    // Private windows and insecure addresses have no cache.
    return false;
  }
}
