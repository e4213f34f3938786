/** Results as Markdown. */

export function resultsTable(results) {
  const rows = Object.values(results).flatMap(({ rows }) => rows);
  return table(
    ['what', 'Gatehouse', 'peer', 'ratio', 'goal'],
    rows.map(({ what, unit, gatehouse, peer, ratio, goal }) => [
      what,
      `${range(gatehouse)} ${unit}`,
      peer ? `${range(peer.value)} (${peer.name})` : '–',
      ratio ? `**${ratio.median.toFixed(2)}×** (${ratio.min.toFixed(2)}–${ratio.max.toFixed(2)})` : '–',
      goal ? `${goal.text} ${goal.met ? '✔' : '✘'}` : '–',
    ]),
  );
}

export function growthTable(results) {
  const lines = Object.values(results).flatMap(({ growth = [] }) => growth);
  return table(
    ['what', 'cost against size'],
    lines.map(({ what, unit, sizes }) => [
      `${what} (${unit})`,
      sizes.map(({ size, value }) => `${size}: ${range(value)}`).join(' · '),
    ]),
  );
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function range({ median, min, max }) {
  return `**${short(median)}** (${short(min)}–${short(max)})`;
}

function short(value) {
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} M`;
  if (value >= 1e4) return `${(value / 1e3).toFixed(1)} k`;
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
