/**
 * What the page does before its own program is there. `index.html` brings a shell that looks like the page; this script lets its pad
 * be drawn on, fetches what the visitor looks at first, says how much of it has come, and reads the drawing as soon as an engine can.
 * Then the page takes over: src/app/browser/first_seconds.rs asks `window.firstSeconds` for the strokes and the engine.
 */
(function () {
  'use strict';

  /** The side of the pad in the units of drawings, as in src/app/model/pad_content.rs. */
  const PAD_SIDE = 280;
  /** What touches with a larger side than this is no fingertip, in CSS pixels, as in src/app/model/drawing_pointer.rs. */
  const PALM = 70;
  /** Nothing waits for a download that has brought nothing for so long, in milliseconds. */
  const STALLED_MS = 1000;
  /** The models that come with the page, the usual one first, as in src/app/model/user_data/task.rs. */
  const BUILT_IN = ['digits', 'seed-cnn'];
  const OTHER_ROOMS = ['summaries', 'lab'];
  /** The engine's first job; the page's own first job has the same number, so that both hear of an engine that fails. */
  const START_JOB = 1;
  /** The shell's other jobs: numbers that the page never reaches. */
  const FIRST_JOB = 3_900_000_000;

  const root = document.documentElement;
  const all = (selector) => document.querySelectorAll(`#shell ${selector}`);
  const one = (selector) => document.querySelector(`#shell ${selector}`);

  // The room that the address names, and the color scheme.

  function showRoom() {
    const word = location.hash.slice(1);
    root.dataset.room = OTHER_ROOMS.includes(word) ? word : 'digits';
    for (const link of all('.parts a')) {
      if (link.hash === `#${root.dataset.room}`) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  }

  function nextTheme() {
    const themes = ['system', 'light', 'dark'];
    const theme = themes[(themes.indexOf(root.dataset.theme) + 1) % themes.length];
    root.dataset.theme = theme;
    try {
      localStorage.setItem('inkling.theme', theme);
    } catch {
      // A browser may refuse its storage: then the choice lasts until the next visit.
    }
    paint();
  }

  // The pad. The page's own pad has more: an eraser, a cursor for the keyboard.

  const strokes = [];
  /** The pointer that draws. */
  let pen = null;
  let whenPenIsUp = null;

  const canvas = () => one('.pad-canvas');

  function position(pad, event) {
    const { left, top, width } = pad.getBoundingClientRect();
    const scale = PAD_SIDE / Math.max(width, 1);
    const point = { x: (event.clientX - left) * scale, y: (event.clientY - top) * scale, t: event.timeStamp };
    return event.pointerType === 'pen' ? { ...point, pressure: event.pressure } : point;
  }

  function press(event) {
    const pad = canvas();
    if (!pad || event.target !== pad || !event.isPrimary || event.button !== 0) return;
    if (event.pointerType === 'touch' && Math.max(event.width, event.height) > PALM) return;
    if (pen) {
      // A pen takes over from the hand that lies there.
      if (pen.type !== 'touch' || event.pointerType !== 'pen') return;
      strokes.pop();
    }
    pen = { id: event.pointerId, type: event.pointerType };
    try {
      pad.setPointerCapture(event.pointerId);
    } catch {
      // A pointer that is gone cannot be captured; its stroke is a dot.
    }
    strokes.push({ points: [position(pad, event)] });
    changed();
  }

  function move(event) {
    const pad = canvas();
    if (!pad || pen?.id !== event.pointerId) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) strokes.at(-1).points.push(position(pad, each));
    changed();
  }

  function lift(event) {
    if (pen?.id !== event.pointerId) return;
    pen = null;
    if (whenPenIsUp) whenPenIsUp();
  }

  function changed() {
    one('.pad-hint').classList.add('gone');
    canvas().setAttribute('aria-label', `Drawing pad with ${strokes.length} ${strokes.length === 1 ? 'stroke' : 'strokes'}`);
    if (!answered) one('.verdict').textContent = 'Loading the model…';
    paint();
    read();
  }

  /** Paints as src/app/view/canvas.rs does, so that nothing jumps when the page takes over. */
  function paint() {
    const pad = canvas();
    if (!pad || !strokes.length) return;
    const side = Math.round(pad.clientWidth * Math.min(Math.max(devicePixelRatio, 1), 4));
    if (pad.width !== side) pad.width = pad.height = side;
    const context = pad.getContext('2d');
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, side, side);
    context.scale(side / PAD_SIDE, side / PAD_SIDE);
    context.fillStyle = context.strokeStyle = getComputedStyle(pad).color;
    context.lineCap = context.lineJoin = 'round';
    for (const { points } of strokes) paintStroke(context, points);
  }

  function paintStroke(context, points) {
    let width = penWidth(points[0], points[0]);
    if (points.length === 1) {
      context.beginPath();
      context.arc(points[0].x, points[0].y, width / 2, 0, 2 * Math.PI);
      context.fill();
      return;
    }
    const curve = (from, by, to) => {
      context.lineWidth = width;
      context.beginPath();
      context.moveTo(from.x, from.y);
      context.quadraticCurveTo(by.x, by.y, to.x, to.y);
      context.stroke();
    };
    let from = points[0];
    for (let i = 1; i < points.length; i += 1) {
      const [a, b] = [points[i - 1], points[i]];
      const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
      width += (penWidth(a, b) - width) * 0.22;
      curve(from, a, middle);
      from = middle;
    }
    const last = points[points.length - 1];
    curve(from, last, last);
  }

  function penWidth(a, b) {
    if (b.pressure !== undefined) return 18 * (0.55 + 0.75 * Math.min(Math.max(b.pressure, 0), 1));
    const time = b.t - a.t;
    if (!(time > 0)) return 18;
    return 18 * (1 - 0.28 * Math.min(Math.hypot(b.x - a.x, b.y - a.y) / time / 1.6, 1));
  }

  // What is fetched, in this order: the engine and its model, then the page. In a room without a pad, the page first.

  const loads = {
    engine: { name: 'the engine', done: 0, total: 0 },
    model: { name: 'the model', done: 0, total: 0 },
    page: { name: 'the page', done: 0, total: Number(root.dataset.pageBytes) || 0 },
  };
  /** Called whenever bytes have come. */
  let bytesCame = () => {};

  function share({ done, total }) {
    return total ? Math.min(done / total, 1) : 0;
  }

  function progress(load, done, total) {
    load.done = done;
    load.total = Math.max(total || load.total, done);
    bytesCame();
    const shown = root.dataset.room === 'digits' ? Object.values(loads) : [loads.page];
    const coming = shown.filter((load) => share(load) < 1);
    const percent = (load) => `${load.name} ${Math.floor(share(load) * 100)}%`;
    const whole = shown.map(share).reduce((sum, each) => sum + each) / shown.length;
    for (const place of all('.shell-progress')) {
      place.textContent = coming.length ? `Downloading ${coming.map(percent).join(', ')}.` : 'Starting…';
      place.setAttribute('aria-valuenow', Math.floor(whole * 100));
    }
    const [bar, row] = [one('.shell-bar span'), one('.engine .progress')];
    bar?.style.setProperty('--share', whole.toFixed(3));
    if (row) {
      row.className = 'progress known';
      row.firstElementChild.style.setProperty('--share', share(loads.engine).toFixed(3));
    }
  }

  /** Counts the bytes of a response, which stays whole. */
  async function count(response, load, total) {
    const length = response.headers.get('content-encoding') ? 0 : Number(response.headers.get('content-length'));
    const reader = response.clone().body.getReader();
    for (let done = 0; ; ) {
      const chunk = await reader.read();
      if (chunk.done) return progress(load, done, done);
      done += chunk.value.length;
      progress(load, done, total || length);
    }
  }

  /** Whose turn it is: the page's files are fetched once the engine's have come, if what is in view needs these. */
  async function pageTurn() {
    if (root.dataset.room === 'digits') await Promise.race([engineFetched, stalled()]);
  }

  /** Fetches the page's wasm, for the script that starts the page. */
  async function fetchPage(address) {
    const response = await fetch(address);
    if (response.ok && response.body) {
      // What is not counted is fetched all the same.
      count(response, loads.page, loads.page.total).catch(() => {});
    }
    return response;
  }

  /** Ends when no bytes have come for a while. */
  function stalled() {
    return new Promise((resolve) => {
      let timer;
      bytesCame = () => {
        clearTimeout(timer);
        timer = setTimeout(resolve, STALLED_MS);
      };
      bytesCame();
    });
  }

  /** The model of the last visit, if it came with the page; null for one of the visitor's own, which only the page can load. */
  function activeModel() {
    let name = null;
    try {
      name = localStorage.getItem('inkling.model');
    } catch {
      // A browser that refuses its storage remembers no model.
    }
    return BUILT_IN.includes(name ?? BUILT_IN[0]) ? (name ?? BUILT_IN[0]) : null;
  }

  /** Puts the weights where the engine looks for them first (src/host/web_worker.rs), which checks every byte of them. */
  async function fetchModel() {
    if (!window.caches || !model) return;
    const folder = new URL(`./models/digits/${model}/`, document.baseURI).href;
    const { files } = await (await fetch(`${folder}model.json`, { cache: 'no-cache' })).json();
    const { bytes, sha256 } = files.find(({ name }) => name === 'weights.safetensors');
    const [cache, key] = [await caches.open('inkling-weights-1'), `${folder}weights.safetensors?sha256=${sha256}`];
    if (!(await cache.match(key))) {
      const response = await fetch(`${folder}weights.safetensors`);
      if (!response.ok) return;
      const counted = count(response, loads.model, bytes).catch(() => {});
      await cache.put(key, new Response(await response.arrayBuffer()));
      await counted;
    }
    progress(loads.model, bytes, bytes);
  }

  // The engine: src/app/browser/worker_connection.rs knows the same messages.

  const model = activeModel();
  let worker = null;
  let workerName = '';
  const greetings = [];
  let failed = false;
  let loaded = false;
  let job = FIRST_JOB;
  /** The job that is under way. */
  let busy = 0;
  let triedVersion = false;
  let taker = null;
  let answered = false;
  /** How many points the newest answer has seen. */
  let pointsRead = 0;
  let engineIsFetched;
  const engineFetched = new Promise((resolve) => (engineIsFetched = resolve));
  let modelFetched = null;

  function startEngine() {
    if (worker || root.dataset.canRun !== 'yes') return engineIsFetched();
    workerName = `engine_cpu-1-${Math.random()}`;
    try {
      worker = new Worker(new URL('./engine_cpu_loader.js', document.baseURI), { name: workerName });
    } catch {
      return fail();
    }
    worker.onmessage = ({ data }) => hear(data);
    worker.onerror = (event) => {
      event.preventDefault();
      fail();
    };
    modelFetched = root.dataset.room === 'digits' ? fetchModel().catch(() => {}) : Promise.resolve();
  }

  /** The page starts an engine of its own, and says what is wrong. */
  function fail() {
    failed = true;
    worker?.terminate();
    worker = null;
    // No answer comes any more, and who waits to take over need not wait for one.
    busy = 0;
    engineIsFetched();
    handOver();
  }

  function hear(data) {
    if (typeof data === 'string') {
      const [, done, total] = /^fetched: (\d+)\/(\d+)$/.exec(data) ?? [];
      if (done) {
        progress(loads.engine, Number(done), Number(total));
        if (done === total) modelFetched.then(engineIsFetched);
      } else if (data.startsWith('cannot start: ')) fail();
      else {
        greetings.push(data);
        if (data === 'hello') {
          engineIsFetched();
          if (root.dataset.room === 'digits') begin();
        }
      }
      return;
    }
    const { job: id, reply } = data;
    // The engine's last words stand under its first job.
    if (id === START_JOB && id !== busy && reply.type === 'failed') return fail();
    if (id !== busy) return;
    if (reply.type === 'progress') return progress(loads.model, loads.model.done, loads.model.total);
    busy = 0;
    if (reply.type === 'failed' && reply.kind === 'version' && !triedVersion) {
      // An engine takes its own build's version alone, and names it when it refuses another.
      const [, version] = /engine is version (\S+)\. /.exec(reply.message) ?? [];
      triedVersion = true;
      if (version) return begin(version);
    }
    if (reply.type === 'ready') return load();
    if (reply.type === 'loaded') loaded = true;
    if (reply.type === 'classified') show(reply);
    handOver();
    read();
  }

  function ask(id, request) {
    busy = id;
    worker.postMessage({ job: id, request });
  }

  function begin(version = '') {
    if (taker) return handOver();
    ask(START_JOB, { type: 'start', version, models: new URL('./models/', document.baseURI).href });
  }

  async function load() {
    busy = -1;
    await modelFetched;
    busy = 0;
    if (!worker) return;
    if (taker) return handOver();
    if (model) ask(++job, { type: 'load', model });
  }

  /** Asks for the newest state of the drawing; states between two answers are skipped. */
  function read() {
    const points = strokes.reduce((sum, stroke) => sum + stroke.points.length, 0);
    if (!worker || !loaded || busy || taker || points === pointsRead) return;
    pointsRead = points;
    ask(++job, { type: 'classify', model, input: { type: 'drawing', strokes }, layers: 'answer' });
  }

  const SPOKEN = ['Zero', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine'];
  const percentage = (share) => `${(Math.min(share, 0.999) * 100).toFixed(1)}%`;

  /** Gives a text to a new element: one that only changed would count as a layout shift, because it is centered. */
  function replace(element, text) {
    const next = element.cloneNode();
    next.textContent = text;
    element.replaceWith(next);
  }

  /** Shows an answer as src/app/view/digits/prediction.rs does; what is not one digit waits for the page. */
  function show({ verdict = 'digit', digit, probabilities }) {
    if (verdict !== 'digit') {
      one('.verdict').textContent = 'Reading…';
      return;
    }
    answered = true;
    root.dataset.firstAnswer = digit;
    const [first, second] = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
    const best = probabilities[first];
    one('.answer-digit').dataset.mood = best < 0.5 ? 'unsure' : 'sure';
    replace(one('.digit'), digit);
    replace(one('.share'), percentage(best));
    for (const [index, bar] of [...all('.bars .bar')].entries()) {
      bar.classList.toggle('best', index === digit);
      bar.querySelector('.bar-fill').style.setProperty('--share', probabilities[index].toFixed(4));
      bar.querySelector('.bar-share').textContent = percentage(probabilities[index]).padStart(6, '\u2007');
    }
    let words = `${SPOKEN[first]}.`;
    if (best < 0.5) words = `Not sure: ${first}, or maybe ${second}.`;
    else if (best < 0.8) words = `${SPOKEN[first]}, or maybe ${second} (${percentage(probabilities[second])}).`;
    one('.verdict').textContent = words;
  }

  /** Gives the engine to the page, between two jobs. */
  function handOver() {
    if (!taker || busy) return;
    if (worker) worker.onmessage = worker.onerror = null;
    const take = taker;
    taker = null;
    take(worker, workerName, greetings);
    worker = null;
  }

  // What the page asks for when it takes over.

  window.firstSeconds = {
    pageTurn,
    fetchPage,
    /** Calls back when no stroke is under way, at once where there is none. */
    whenPenIsUp(next) {
      const begin = () => {
        // The page replaces what may have the focus.
        const held = document.activeElement?.closest('#shell a, #shell .theme');
        const same = held?.matches('a') ? `.parts a[href="${held.getAttribute('href')}"]` : '.head .theme';
        next();
        if (held) requestAnimationFrame(() => document.querySelector(same)?.focus());
      };
      if (pen) whenPenIsUp = begin;
      else begin();
    },
    /** Whether the page waits for the end of a stroke. */
    awaited: () => whenPenIsUp !== null,
    /** Ends the pad, and gives the strokes in the form of src/protocol/drawing.rs: what is drawn from now on is the page's. */
    takeDrawing() {
      for (const [type, listener] of listeners) removeEventListener(type, listener, true);
      return { strokes };
    },
    /** Calls back with the engine, its name and its greetings, or with `null`; false where there is none to wait for. */
    takeEngine(take) {
      if (!worker || failed) return false;
      taker = take;
      handOver();
      return true;
    },
  };

  const listeners = [
    ['pointerdown', press],
    ['pointermove', move],
    ['pointerup', lift],
    ['pointercancel', lift],
    ['lostpointercapture', lift],
    ['resize', paint],
    ['hashchange', showRoom],
    ['click', (event) => event.target.closest?.('#shell .theme') && nextTheme()],
  ];
  for (const [type, listener] of listeners) addEventListener(type, listener, true);
  showRoom();
  document.addEventListener('readystatechange', function ready() {
    if (document.readyState === 'loading') return;
    document.removeEventListener('readystatechange', ready);
    showRoom();
    startEngine();
  });
})();
