/**
 * Says who spent the CPU of a profile (`node --cpu-prof`): kafkajs, the applications, each room of the harness, Node. Built-ins count for
 * their nearest scripted caller, garbage collection and idle time stand apart.
 *
 *     node --import tsx bench/attribute.ts some.cpuprofile
 */
import { readFileSync } from 'node:fs'

interface Profile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string }
    readonly children?: readonly number[] | undefined
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** Shares of CPU time, the largest first; they add up to 1. */
export function attribute(profile: Profile): readonly { readonly who: string; readonly share: number }[] {
  const parents = new Map<number, number>()
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  for (const node of profile.nodes) for (const child of node.children ?? []) parents.set(child, node.id)
  const owners = new Map<number, string>()
  const ownerOf = (id: number): string => {
    const known = owners.get(id)
    if (known !== undefined) return known
    const node = nodes.get(id)!
    const parent = parents.get(id)
    const who = roomOf(node.callFrame) ?? (parent === undefined ? 'node' : ownerOf(parent))
    owners.set(id, who)
    return who
  }
  const spent = new Map<string, number>()
  let all = 0
  profile.samples.forEach((id, i) => {
    const who = ownerOf(id)
    if (who === 'idle') return
    const us = profile.timeDeltas[i]!
    spent.set(who, (spent.get(who) ?? 0) + us)
    all += us
  })
  return [...spent].map(([who, us]) => ({ who, share: us / all })).sort((a, b) => b.share - a.share)
}

function roomOf({ functionName, url }: { functionName: string; url: string }): string | undefined {
  if (functionName === '(garbage collector)') return 'garbage collection'
  if (functionName === '(idle)' || functionName === '(program)') return 'idle'
  if (functionName === '(root)') return 'node'
  // What measures is no part of what is measured.
  if (/\/bench\//.test(url)) return 'idle'
  if (url.startsWith('wire:')) return 'harness/wire'
  const kafkajs = /node_modules\/kafkajs\//.test(url)
  if (kafkajs) return 'kafkajs'
  if (/node_modules\/(tsx|esbuild|vite|rolldown)/.test(url)) return 'loading'
  const own =
    /\/(harness\/[a-z]+|scenarios\/apps|scenarios|properties)\//.exec(url) ?? /\/(harness)\/[a-z-]+\.[jt]s/.exec(url)
  return own?.[1]
}

if (process.argv[1]?.endsWith('attribute.ts') === true) {
  const profile = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as Profile
  for (const { who, share } of attribute(profile)) console.log(`${(100 * share).toFixed(1).padStart(5)} %  ${who}`)
}
