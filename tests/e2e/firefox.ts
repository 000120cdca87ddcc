// Lets Playwright drive Debian's Firefox over WebDriver BiDi. Playwright 1.65 knows a newer Firefox than ESR 153:
// - It sets the color scheme with a command that this one does not have, without which no page opens. The scheme stays as it is.
// - It knows a download by an identifier that this one does not send.

import { dirname, join } from 'node:path';

const { ws } = require(join(dirname(require.resolve('playwright-core/package.json')), 'lib', 'utilsBundle.js'));
const { send, emit } = ws.prototype;

ws.prototype.send = function (data: unknown, ...rest: unknown[]) {
  const { id, method } = JSON.parse(String(data));
  if (method !== 'emulation.setMediaFeaturesOverride') return send.call(this, data, ...rest);
  setImmediate(() => this.emit('message', Buffer.from(JSON.stringify({ type: 'success', id, result: {} })), false));
};

ws.prototype.emit = function (name: string, data: unknown, ...rest: unknown[]) {
  if (name === 'message' && String(data).includes('"browsingContext.download')) {
    const message = JSON.parse(String(data));
    if (/^browsingContext\.download/.test(message.method)) {
      message.params.download ??= message.params.url;
      return emit.call(this, name, Buffer.from(JSON.stringify(message)), ...rest);
    }
  }
  return emit.call(this, name, data, ...rest);
};
