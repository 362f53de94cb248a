// The charts of the Monitoring tab by uPlot, of the size that the console's have, with axes, cursor and legend as it has them by default.

'use strict';

const START_S = 1772323200;
const COLOURS = ['#14181d', '#8a8f98', '#1a6fb5', '#2c8c5a', '#b06a00', '#b3261e'];
const NAMES = ['AVG', 'MAX', 'P50', 'P80', 'P90', 'P99'];

let plots = [];
let longest = 0;

new PerformanceObserver(list => { for (const task of list.getEntries()) longest = Math.max(longest, task.duration); }).observe({ type: 'longtask' });

async function data(points, answer) {
  const values = new Float64Array(await (await fetch(`lines-${points}-${answer}.bin`)).arrayBuffer());
  const times = Float64Array.from({ length: points }, (_, i) => START_S + i * 60);
  const line = i => values.subarray(i * points, (i + 1) * points);
  // Lines of each chart.
  const shape = await (await fetch('shape.json')).json();
  let next = 0;
  return shape.map(lines => [times, ...Array.from({ length: lines }, () => line(next++))]);
}

// Draws by `act` and tells when the last chart was drawn, and shown.
async function measured(charts, act) {
  await new Promise(resolve => { setTimeout(resolve, 300); });
  longest = 0;
  let left = charts;
  let drawn = 0;
  const begun = performance.now();
  const shown = await new Promise(resolve => {
    act(() => {
      if (--left > 0) return;
      drawn = performance.now();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
    });
  });
  await new Promise(resolve => { setTimeout(resolve, 300); });
  return { drawn: drawn - begun, shown: shown - begun, longest };
}

let told = () => {};

async function make(points, answer, width, height) {
  for (const plot of plots) plot.destroy();
  plots = [];
  const all = await data(points, answer);
  const sheet = document.querySelector('#sheet');
  return measured(all.length, draw => {
    told = draw;
    for (const lines of all) {
      const series = NAMES.slice(0, lines.length - 1).map((label, i) => ({ label, stroke: COLOURS[i], width: 1.5 }));
      plots.push(new uPlot({ width, height, series: [{}, ...series], hooks: { draw: [() => told()] } }, lines, sheet));
    }
  });
}

async function change(points, answer) {
  const all = await data(points, answer);
  return measured(all.length, draw => {
    told = draw;
    plots.forEach((plot, i) => plot.setData(all[i]));
  });
}
