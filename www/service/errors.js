// The exceptions that this module throws: each has a name of the platform's and a sentence that says what to do.

/** Names for the engine's kinds of failure (`FailureKind` in src/protocol/failure.rs). Any other kind is an OperationError. */
const NAMES = {
  'bad-input': 'DataError',
  'nothing-there': 'DataError',
  'no-such-model': 'NotFoundError',
  fetch: 'NetworkError',
  cancelled: 'AbortError',
};

/** The engine's failure as an exception. */
export function engineError({ kind, message }) {
  const error = new DOMException(message, NAMES[kind] ?? 'OperationError');
  error.kind = kind;
  return error;
}

/** The exception for a text that is too long. Browsers without the class `QuotaExceededError` get an exception of its shape. */
export function quotaExceeded(requested, quota) {
  const message = `The text has ${requested} characters, ${quota} are possible. Summarize it in parts.`;
  if (typeof QuotaExceededError === 'function') return new QuotaExceededError(message, { requested, quota });
  const error = new DOMException(message, 'QuotaExceededError');
  for (const [name, value] of Object.entries({ requested, quota })) Object.defineProperty(error, name, { value });
  return error;
}
