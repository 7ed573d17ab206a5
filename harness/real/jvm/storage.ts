/** The volume of a node before its first start, as kafka-storage.sh formats it, in a few milliseconds. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { access, cp, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ClusterError } from '../../cluster.ts'
import type { Installed } from './installed.ts'
import { firstLine } from './java.ts'
import { serverProperties } from './settings.ts'

const run = promisify(execFile)

/** In Kafka's notation. Its tools take an id that begins with `-` for an option. */
export function newUuid(): string {
  for (;;) {
    const id = randomBytes(16).toString('base64url')
    if (!id.startsWith('-')) return id
  }
}

export interface Owner {
  readonly clusterId: string
  readonly node: number
  /** By which the controller knows the volume again (KIP-858). */
  readonly directoryId: string
}

/** Formats the volume, if it is empty: who it belongs to, and which features the cluster begins with. */
export async function format(volume: string, template: string, of: Owner): Promise<void> {
  const meta = join(volume, 'meta.properties')
  if (await exists(meta)) return
  const { clusterId, node, directoryId } = of
  await cp(template, volume, { recursive: true })
  await writeFile(meta, `version=1\ncluster.id=${clusterId}\nnode.id=${node}\ndirectory.id=${directoryId}\n`)
}

/**
 * What kafka-storage.sh writes beside `meta.properties`: the features that a new cluster of this release begins with. It names no cluster
 * and no node, so it is asked for once and kept beside the jars.
 */
export async function templateOf({ java, jars, cache, release }: Installed): Promise<string> {
  const kept = join(cache, `volume-${release}`)
  if (await exists(kept)) return kept
  const folder = await mkdtemp(join(cache, 'making-'))
  try {
    const volume = join(folder, 'volume')
    const node = { id: 1, port: 1, controllerPort: 2, rack: null }
    const settings = join(folder, 'server.properties')
    await writeFile(settings, serverProperties({ nodes: [node], node, folder: volume, overrides: {} }))
    const tool = ['-cp', jars.join(':'), 'kafka.tools.StorageTool', 'format', '-t', newUuid(), '-c', settings]
    await run(java.command, tool, { timeout: 120_000 }).catch((error: Error) => {
      throw new ClusterError(`a volume for Apache Kafka ${release} could not be formatted: ${firstLine(error.message)}`)
    })
    await rm(join(volume, 'meta.properties'))
    // Another process may have been quicker: then its folder stands.
    await rename(volume, kept).catch(() => undefined)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return kept
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
