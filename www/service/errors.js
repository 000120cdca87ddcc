// Exceptions with names of the platform's. docs/service.md lists them.

/** By the engine's kinds of failure (src/protocol/failure.rs). */
const NAMES = {
  'bad-input': 'DataError',
  'nothing-there': 'DataError',
  'no-such-model': 'NotFoundError',
  fetch: 'NetworkError',
  cancelled: 'AbortError',
};

export function engineError({ kind, message }) {
  const error = new DOMException(message, NAMES[kind] ?? 'OperationError');
  error.kind = kind;
  return error;
}

/** Browsers without the class `QuotaExceededError` get an exception of its shape. */
export function quotaExceeded(requested, quota) {
  const message = `The text has ${requested} characters of ${quota}. Summarize it in parts.`;
  if (typeof QuotaExceededError === 'function') return new QuotaExceededError(message, { requested, quota });
  const error = new DOMException(message, 'QuotaExceededError');
  return Object.assign(error, { requested, quota });
}
