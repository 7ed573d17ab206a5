/** What a second instance of a process is called. It has a place of its own: lives, links, a slot, draws; all else is its original's. */
const MARK = '~2'

export const secondOf = (process: string): string => `${process}${MARK}`

/** The process of the plan that this is an instance of. */
export function originalOf(name: string, processes: readonly { readonly name: string }[]): string {
  if (!name.endsWith(MARK) || processes.some((process) => process.name === name)) return name
  return name.slice(0, -MARK.length)
}
