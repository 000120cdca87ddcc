// A page that uses the service. Where the engine is stands in its address.

import { configure, DigitClassifier, models, Summarizer } from 'inkling-service';

configure({ base: new URLSearchParams(location.search).get('base'), name: 'bundlers' });

const TEXT =
  'The council met on Monday. It decided to close the old bridge for two years, because its pillars are cracked. ' +
  'Drivers will have to use the tunnel, which is three miles to the north.';

document.querySelector('button').onclick = async () => {
  const output = document.querySelector('output');
  try {
    const classifier = await DigitClassifier.create();
    const [{ label }] = await classifier.classify([{ points: [{ x: 52, y: 10 }, { x: 50, y: 50 }, { x: 48, y: 90 }] }]);
    const summary = await (await Summarizer.create({ type: 'tldr' })).summarize(TEXT);
    await models.put('one', new Blob(['1']));
    output.textContent = `${label}, ${summary.length > 20}, ${await models.list()}`;
  } catch (error) {
    output.textContent = `${error}`;
  }
};
