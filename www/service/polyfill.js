// Import this module for its effect: afterwards there is a global `Summarizer`.

import { install } from './index.js';

await install();
