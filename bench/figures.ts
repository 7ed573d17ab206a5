/** Median and worst of what was measured. */
export function figures(all: readonly number[]): string {
  const sorted = [...all].sort((a, b) => a - b)
  return `${round(sorted[Math.floor((sorted.length - 1) / 2)]!)} (worst ${round(sorted.at(-1)!)})`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
