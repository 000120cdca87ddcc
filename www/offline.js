/**
 * Registers the service worker, where the page names one, as `cargo xtask dist` lets it, and tells the page that a new version waits.
 *
 * The page says `inkling-ready` once a model answers: what is kept for the next visit is not fetched before. It hears
 * `inkling-update` when a new version is ready, and says `inkling-use-update` when the visitor wants it.
 */
const named = document.querySelector('meta[name="inkling-service-worker"]');
// No browser has it on insecure addresses.
const container = navigator.serviceWorker;
if (named && container) document.addEventListener('inkling-ready', () => keepForOffline(named.content), { once: true });

async function keepForOffline(script) {
  let registration;
  try {
    registration = await container.register(script, { updateViaCache: 'none' });
  } catch {
    // Refused, as in private windows of some browsers: the page works without.
    return;
  }
  if (!registration) return;

  const announce = () => document.dispatchEvent(new Event('inkling-update'));
  const watch = (worker) => {
    const changed = () => {
      // The first version ever is no update.
      if (worker.state === 'installed' && container.controller) announce();
    };
    worker?.addEventListener('statechange', changed);
  };
  if (registration.waiting && container.controller) announce();
  watch(registration.installing);
  registration.addEventListener('updatefound', () => watch(registration.installing));

  let wanted = false;
  document.addEventListener('inkling-use-update', () => {
    wanted = true;
    if (registration.waiting) registration.waiting.postMessage('use this version');
    else location.reload();
  });
  container.addEventListener('controllerchange', () => {
    // Never by itself: another tab may have asked for it.
    if (wanted) location.reload();
  });

  const ready = await container.ready;
  const addresses = performance.getEntriesByType('resource').map(({ name }) => name);
  ready.active?.postMessage({ opened: { addresses, savesData: navigator.connection?.saveData === true } });
}
