// Whether a model has to be downloaded.

import { address } from './settings.js';
import { runningEngine } from './worker-client.js';

/** The cache of the engine (src/host/web_worker.rs). */
const CACHE = 'inkling-weights-1';

const manifests = new Map();

/** Of a model in `models/TASK/NAME/`: 'available', 'downloading' or 'downloadable'. Rejects where the host cannot be reached. */
export async function modelAvailability({ task, name }) {
  const state = runningEngine()?.stateOf(name);
  if (state === 'loaded') return 'available';
  if (state === 'loading') return 'downloading';
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
