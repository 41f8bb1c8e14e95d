/** Put first into every page's head: chooses the first sample where there is one, and posts when the answer is shown. */
(() => {
  const began = performance.now();
  const { repeats = '20', memory } = document.currentScript.dataset;
  let chosen = false;
  let answered = false;
  const post = (body) => fetch('/answer', { method: 'POST', body: JSON.stringify(body) });
  const isShown = () => document.querySelector('#answer:not([hidden])') !== null;

  /** Classify once more: by a click on another sample, or as a stock page does. */
  async function classifyAgain(number) {
    if (globalThis.classifyAgain) return globalThis.classifyAgain();
    const buttons = document.querySelectorAll('#samples button');
    const answer = document.getElementById('answer');
    // All of an answer is put in place at once.
    const done = new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        observer.disconnect();
        resolve();
      });
      observer.observe(answer, { subtree: true, childList: true });
    });
    buttons[number % buttons.length].click();
    return done;
  }

  async function measureRest() {
    const first = performance.now();
    const warm = [];
    for (let number = 1; number <= Number(repeats); number++) {
      const before = performance.now();
      await classifyAgain(number);
      warm.push(performance.now() - before);
    }
    const outside = performance
      .getEntriesByType('resource')
      .filter(({ name }) => /^https?:/.test(name) && !name.startsWith(location.origin));
    return { first, script: first - began, warm, outside: outside.length };
  }

  async function measureMemory() {
    const sizes = [];
    for (const count of [100, Number(memory)]) {
      for (let number = 0; number < count; number++) await classifyAgain(number);
      sizes.push((await performance.measureUserAgentSpecificMemory()).bytes);
    }
    return { sizes };
  }

  const observer = new MutationObserver(() => {
    const sample = document.querySelector('#samples button');
    if (!chosen && sample !== null) {
      chosen = true;
      sample.click();
    }
    if (!answered && isShown()) {
      answered = true;
      observer.disconnect();
      (memory === undefined ? measureRest() : measureMemory()).then(post, (error) => post({ error: String(error) }));
    }
  });
  observer.observe(document, { subtree: true, childList: true, attributes: true });
  addEventListener('unhandledrejection', ({ reason }) => void post({ error: String(reason) }));
})();
