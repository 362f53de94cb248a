// In the console's page, before anything else: when an answer arrives, when the last canvas has been drawn, when that has been shown, and the longest
// task in between.

'use strict';

(() => {
  const probe = { heard: 0, paints: 0, drawn: 0, shown: 0, longest: 0 };
  window.probe = probe;
  const ANSWER = 5;
  const wrapped = (prototype, name, before) => {
    const { get, set } = Object.getOwnPropertyDescriptor(prototype, name);
    Object.defineProperty(prototype, name, { configurable: true, get, set(value) { set.call(this, before(value)); } });
  };
  wrapped(Worker.prototype, 'onmessage', handler => event => {
    if (event.data[0] === ANSWER) Object.assign(probe, { heard: performance.now(), paints: 0, drawn: 0, shown: 0, longest: 0 });
    handler(event);
  });
  // Set once a picture, before it is drawn; a microtask runs when the drawing function has returned.
  wrapped(CanvasRenderingContext2D.prototype, 'lineJoin', value => {
    probe.paints++;
    queueMicrotask(() => { probe.drawn = performance.now(); });
    requestAnimationFrame(() => setTimeout(() => { probe.shown = performance.now(); }));
    return value;
  });
  new PerformanceObserver(list => {
    for (const task of list.getEntries()) if (task.startTime + task.duration > probe.heard) probe.longest = Math.max(probe.longest, task.duration);
  }).observe({ type: 'longtask' });
})();
