// A page that has nothing of Inkling's but the service (www/service/), for the tests of that.

import { expect, test as base, type Page } from '@playwright/test';
import { url } from './browser';

export const BRIDGE =
  'The council met on Monday. It decided to close the old bridge for two years, because its pillars are cracked. ' +
  'Drivers will have to use the tunnel, which is three miles to the north. The mayor said that the repair will cost ' +
  'nine million dollars, most of which the state pays. Shop owners near the bridge fear for their business. ' +
  'The last time the bridge was closed was in 1987, after a flood. Work begins in the spring.';

export const GERMAN =
  'Der Rat der Stadt hat am Montag beschlossen, die alte Brücke für zwei Jahre zu sperren, weil ihre Pfeiler Risse haben. ' +
  'Die Autofahrer müssen den Tunnel benutzen, der einige Kilometer weiter nördlich liegt. Die Geschäftsleute fürchten um ihre Kunden.';

/** A page of the same origin, in which `service` is the module. It fails on errors that nobody caught. */
export const test = base.extend<{ client: Page }>({
  client: async ({ page }, use) => {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await openClient(page);
    await use(page);
    expect(errors, 'uncaught errors').toEqual([]);
  },
});

/** Opens it; with the policy `policy`, and with the files of the service from `from`. */
export async function openClient(page: Page, policy = '', from = url) {
  const address = new URL('service-client.html', url).href;
  const headers = { 'content-type': 'text/html', 'content-security-policy': policy };
  await page.route(`${address}*`, (route) => route.fulfill({ headers, body: '<!doctype html><button>Act</button>' }));
  await page.goto(address);
  const module = new URL('inkling-service/index.js', from).href;
  await page.evaluate(async (module) => {
    const service = await import(module);
    // By its name, because it may be of another window.
    const text = (error: any) => error?.name ?? `${error}`;
    Object.assign(globalThis, { service, nameOf: (promise: Promise<unknown>) => promise.then(() => 'no error', text) });
  }, module);
}

/** Acts as a visitor, so that a model may be downloaded. */
export async function act(page: Page) {
  await page.getByRole('button').click();
}
