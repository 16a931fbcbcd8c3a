import type { Report, Row } from './report.js';
import { share } from './row-of.js';

const LEFT = 250;
const WIDTH = 520;
const LINE = 26;
const TOP = 34;
const MOST = 2.5;

/** An SVG: how far each scenario is past its target, a bar each, with the least and the largest of its rounds. */
export function plot({ scenarios }: Report): string {
  const height = TOP + LINE * scenarios.length + 12;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${LEFT + WIDTH + 70} ${height}" font-family="sans-serif" font-size="12">
<title>Each ratio against its target</title>
<rect width="100%" height="100%" fill="#fff"/>
<text x="${x(1)}" y="14" text-anchor="middle">target</text>
<text x="${x(2)}" y="14" text-anchor="middle">twice as good</text>
${scenarios.map(bar).join('\n')}
<line x1="${x(1)}" y1="20" x2="${x(1)}" y2="${height - 8}" stroke="#222" stroke-dasharray="4 3"/>
</svg>
`;
}

function bar(row: Row, index: number): string {
  const y = TOP + LINE * index;
  const middle = y + 9;
  const at = share(row, row.ratio);
  const [low, high] = [share(row, row.ratioMin), share(row, row.ratioMax)].toSorted((a, b) => a - b);
  return [
    `<text x="${LEFT - 8}" y="${middle + 4}" text-anchor="end">${row.name}</text>`,
    `<rect x="${LEFT}" y="${y}" width="${x(at) - LEFT}" height="18" fill="${row.reached ? '#2b7a4b' : '#b3472f'}"/>`,
    `<line x1="${x(low ?? at)}" y1="${middle}" x2="${x(high ?? at)}" y2="${middle}" stroke="#222" stroke-width="2"/>`,
    `<text x="${LEFT + WIDTH + 8}" y="${middle + 4}">${row.ratio.toFixed(2)}</text>`,
  ].join('\n');
}

const x = (of: number): number => Math.round(LEFT + (WIDTH * Math.min(of, MOST)) / MOST);
