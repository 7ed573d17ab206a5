/** npm run conformance -- --release 3.9.2 --sequences 1000 --seed 1 [--nodes 3] [--only 17] [--record] */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { ClusterError } from '../harness/cluster.ts'
import type { Release } from '../harness/model/releases.ts'
import { JvmCluster } from '../harness/real/jvm/cluster.ts'
import { type KafkaRelease, kafkaReleases } from '../harness/real/jvm/jars.ts'
import { sequences } from './arbitrary.ts'
import { Both, isPlayedAlone } from './both.ts'
import { kept } from './kept.ts'
import { play, type Transcript } from './play.ts'
import { told } from './print.ts'
import { Reached } from './reached.ts'
import { kindOf, shrink } from './shrink.ts'
import { JvmSide, OVERRIDES } from './sides/jvm.ts'
import { printTranscripts } from './transcript-json.ts'

const IMITATES: Readonly<Record<KafkaRelease, Release>> = { '3.9.2': '3.9', '4.4.0': '4.4' }

/** Sequences that are played at the same time: most of their time is waiting. */
const AT_ONCE = 8
/** Kinds of differences that are shrunk and told, each once; more are only counted. */
const TOLD = 12

const { values } = parseArgs({
  options: {
    release: { type: 'string', default: '3.9.2' },
    sequences: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    nodes: { type: 'string', default: '1' },
    /** Of the sequences, only this one. */
    only: { type: 'string' },
    record: { type: 'boolean', default: false },
  },
})
const release = kafkaReleases.find((one) => one === values.release)
const nodes = Number(values.nodes)
const only = values.only === undefined ? undefined : Number(values.only)
if (nodes !== 1 && nodes !== 3) {
  console.error(`--nodes ${values.nodes}: 1 or 3`)
  process.exitCode = 64
} else if (only !== undefined && !(only >= 0 && only < Number(values.sequences) && Number.isInteger(only))) {
  console.error(`--only ${values.only}: the number of a sequence, from 0 to ${Number(values.sequences) - 1}`)
  process.exitCode = 64
} else if (release === undefined) {
  console.error(`--release ${values.release}: not one of ${kafkaReleases.join(', ')}`)
  process.exitCode = 64
} else {
  try {
    await (values.record ? record(release) : main(release, nodes, Number(values.sequences), Number(values.seed)))
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error
    console.error(error.message)
    process.exitCode = 69
  }
}

/** Asks Apache Kafka again for what is kept. */
async function record(release: KafkaRelease): Promise<void> {
  const cluster = await JvmCluster.start({ release, overrides: OVERRIDES })
  try {
    await new Both(cluster, IMITATES[release]).ready()
    const transcripts: Record<string, Transcript> = {}
    let nth = 0
    for (const [what, sequence] of Object.entries(kept))
      transcripts[what] = await play(sequence, new JvmSide(cluster), `${nth++}-`)
    const file = new URL(`kept/${release}.json`, import.meta.url)
    writeFileSync(file, printTranscripts(transcripts))
    console.log(`${nth} sequences, as Apache Kafka ${release} answers them: ${file.pathname}`)
  } finally {
    await cluster.stop()
  }
}

async function main(release: KafkaRelease, nodes: 1 | 3, count: number, seed: number): Promise<void> {
  const imitate = IMITATES[release]
  const cluster = await JvmCluster.start({ release, nodes, overrides: OVERRIDES })
  try {
    const both = new Both(cluster, imitate)
    await both.ready()
    const all = fc.sample(sequences({ release: imitate, brokers: nodes, minSteps: 18, maxSteps: 30 }), {
      numRuns: count,
      seed,
    })
    const wanted = (nth: number): boolean => only === undefined || nth === only
    const reached = new Reached()
    let differing = 0
    let flaky = 0
    const kinds = new Map<string, number>()
    const alone = async (nth: number): Promise<void> => {
      const first = await both.once(all[nth]!)
      const isNew = first.difference !== undefined && !kinds.has(kindOf(first.difference))
      const played = isNew ? await both.confirmed(all[nth]!) : first
      reached.add(played)
      if (played.difference === undefined) return
      differing++
      const kind = kindOf(played.difference)
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
      if (kinds.get(kind)! > 1 || kinds.size > TOLD) return
      const shrunk = await shrink(all[nth]!, played, both)
      console.log(`\nsequence ${nth} of seed ${seed}\n${told(shrunk.sequence, shrunk.played)}`)
    }
    const chosen = [...all.keys()].filter(wanted)
    // First, as a broker that was killed reads all that it has when it starts.
    for (const nth of chosen) if (isPlayedAlone(all[nth]!)) await alone(nth)
    const beside = chosen.filter((nth) => !isPlayedAlone(all[nth]!))
    const suspects: number[] = []
    let next = 0
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let nth = beside[next++]; nth !== undefined; nth = beside[next++]) {
          const played = await both.once(all[nth]!)
          if (played.difference === undefined) reached.add(played)
          else suspects.push(nth)
        }
      }),
    )
    // Alone: others take time, and what deletes a topic makes every group forget that is empty.
    for (const nth of suspects.sort((one, other) => one - other)) {
      const before = differing
      await alone(nth)
      if (differing === before) flaky++
    }
    for (const [kind, count] of kinds) console.log(`${count} times ${kind}`)
    console.log(`\n${reached.lines().join('\n')}\n`)
    if (only === undefined) for (const line of reached.missing(imitate, nodes)) console.log(line)
    const undeclared = reached.undeclared(imitate)
    for (const one of undeclared) console.log(`${one}: both sides gave it, and codes.ts does not have it`)
    differing += undeclared.length
    const { requests, succeeded } = reached
    const share = Math.round((100 * succeeded) / requests)
    console.log(
      `${count} sequences against Apache Kafka ${release}${nodes === 1 ? '' : ` on ${nodes} nodes`}: ${requests} requests, ${share} % succeeded, ${flaky} differed beside others and not alone, ${differing} unexplained differences`,
    )
    if (differing > 0) process.exitCode = 1
  } finally {
    await cluster.stop()
  }
}
