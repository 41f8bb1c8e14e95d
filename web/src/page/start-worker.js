/** In the page's HTML: starts the worker of the module beside all other files, for `early/early-worker` to take. */
(function () {
  'use strict';
  if (location.protocol === 'file:' || document.querySelector('link[data-runtime="webparity"]') === null) return;
  /** @type {Event[]} */
  var events = [];
  var worker = new Worker('WORKER', { type: 'module' });
  worker.onmessage = worker.onerror = function (/** @type {Event} */ event) {
    events.push(event);
  };
  Object.assign(window, { webparityWorker: { worker: worker, events: events } });
})();
