/** What usually makes two runs of one plan differ in this way, told by the first record that differs (as `firstDifference` words it). */
export function likelyCause(one: string, other: string): string {
  const kind = kindOf(one)
  if (kind !== kindOf(other))
    return kind === 'the end' || kindOf(other) === 'the end'
      ? 'one run goes on where the other ends: state that outlived the first run, such as a variable or a cache outside of the modules that each life gets anew'
      : 'something was settled outside of its event, or was iterated over in an order of its own'
  switch (kind) {
    case 'event':
      return 'an order: something was settled outside of its event, or was iterated over in an order of its own'
    case 'timer':
    case 'clock':
      return 'a time that is not in the plan: a clock that is real, or a delay that was drawn or counted up'
    case 'draw':
      return 'a random choice that is not in the plan, or one draw more before it'
    default:
      return 'a value that is not in the plan: a clock, a draw, a counter, a host name, or state that outlived the first run'
  }
}

function kindOf(record: string): string {
  if (record === 'the end') return record
  const [first = ''] = record.split(' ')
  return /^\d+$/.test(first) ? 'bytes' : first
}
