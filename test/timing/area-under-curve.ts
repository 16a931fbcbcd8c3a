/** How well one number tells two samples apart (Mann–Whitney): 0.5 is not at all, 1 is always. Ties count half. */
export function areaUnderCurve(low: readonly number[], high: readonly number[]): number {
  const all = [...low.map((value) => ({ value, high: 0 })), ...high.map((value) => ({ value, high: 1 }))].sort(
    (a, b) => a.value - b.value,
  );
  let ranks = 0;
  for (let from = 0; from < all.length; ) {
    let to = from;
    while (to < all.length && all[to]?.value === all[from]?.value) to++;
    const rank = (from + 1 + to) / 2;
    for (let at = from; at < to; at++) ranks += all[at]?.high === 1 ? rank : 0;
    from = to;
  }
  return (ranks - (high.length * (high.length + 1)) / 2) / (low.length * high.length);
}
