// What a digit can be read from, as the protocol's `ClassifierInput` (src/protocol/classification.rs).

/** As in src/app/view/digits/photo_input.rs. */
const MAX_SIDE = 1024;

export async function toClassifierInput(input) {
  if (typeof input !== 'object' || input === null) throw new TypeError('The input is neither strokes nor a picture.');
  const strokes = Array.isArray(input) ? input : input.strokes;
  if (strokes !== undefined) return { type: 'drawing', strokes: Array.from(strokes, toStroke) };
  return toPicture(input instanceof ImageData ? input : await readPixels(input));
}

function toStroke(stroke) {
  const points = Array.from(stroke?.points ?? [], ({ x, y }) => ({ x: Number(x), y: Number(y) }));
  if (!points.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))) {
    throw new TypeError('A point of a stroke has no finite x and y.');
  }
  return { points };
}

function toPicture({ width, height, data }) {
  if (!(data instanceof Uint8ClampedArray)) throw new TypeError('ImageData must have 8 bits for each color.');
  return { type: 'picture', width, height, rgba: new Uint8Array(data) };
}

async function readPixels(source) {
  let bitmap;
  try {
    // An image that is still on its way has no pixels.
    if (globalThis.HTMLImageElement && source instanceof HTMLImageElement) await source.decode();
    bitmap = await createImageBitmap(source);
  } catch (error) {
    if (error instanceof TypeError) throw error;
    throw new DOMException(`The picture cannot be read: ${error.message}`, 'DataError');
  }
  try {
    const scale = Math.min(1, MAX_SIDE / Math.max(bitmap.width, bitmap.height));
    const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)));
    const context = new OffscreenCanvas(width, height).getContext('2d');
    context.drawImage(bitmap, 0, 0, width, height);
    return context.getImageData(0, 0, width, height);
  } finally {
    bitmap.close();
  }
}
