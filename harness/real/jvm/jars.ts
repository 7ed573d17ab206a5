/**
 * The jars of a release of Apache Kafka, as Maven resolves them; asked for once and then kept in a folder of the user's cache.
 *
 * A folder is complete or not there: it is filled beside its place and then renamed, so that two processes that want the same release
 * at the same time do no harm.
 */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ClusterError } from '../../cluster.ts'
import { firstLine } from './java.ts'

export type KafkaRelease = '3.9.2' | '4.4.0'

export const kafkaReleases: readonly KafkaRelease[] = ['3.9.2', '4.4.0']

const run = promisify(execFile)

type Env = Readonly<Record<string, string | undefined>>

/** Where jars and archives are kept between runs. */
export function cacheFolder(env: Env = process.env): string {
  return env.ACKWARD_CACHE ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ackward')
}

/** The class path, jar by jar: a folder on it keeps a JVM from using an archive of classes, without a word. */
export async function jarsOf(release: KafkaRelease, env: Env = process.env): Promise<readonly string[]> {
  const cache = cacheFolder(env)
  const known = await cachedJars(release, env)
  if (known.length > 0) return known
  const folder = join(cache, `kafka-${release}`)
  await mkdir(cache, { recursive: true })
  const making = await mkdtemp(join(cache, 'making-'))
  try {
    await resolve(release, making, env)
    // Another process may have been quicker: then its folder stands.
    await rename(join(making, 'jars'), folder).catch(() => undefined)
  } finally {
    await rm(making, { recursive: true, force: true })
  }
  return jarsIn(folder)
}

/** Those that are there already; none, if they would have to be brought. */
export function cachedJars(release: KafkaRelease, env: Env = process.env): Promise<readonly string[]> {
  return jarsIn(join(cacheFolder(env), `kafka-${release}`))
}

async function jarsIn(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder).catch(() => [] as string[])
  return files
    .filter((file) => file.endsWith('.jar'))
    .sort()
    .map((file) => join(folder, file))
}

async function resolve(release: KafkaRelease, folder: string, env: Env): Promise<void> {
  await writeFile(join(folder, 'pom.xml'), pomOf(release))
  const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'
  const options = ['-q', '-B', plugin, '-DincludeScope=runtime', `-DoutputDirectory=${join(folder, 'jars')}`]
  try {
    await run('mvn', options, { cwd: folder, timeout: 600_000, env: { ...env } })
  } catch (error) {
    const { code, stdout = '', message } = error as NodeJS.ErrnoException & { stdout?: string }
    const wanted = `Apache Kafka ${release} is not in the cache, and`
    if (code === 'ENOENT')
      throw new ClusterError(
        `${wanted} mvn, which would bring it, was not found. Install Maven, or copy the jars to ${join(cacheFolder(env), `kafka-${release}`)}.`,
      )
    const why = /^\[ERROR\] (.+)$/m.exec(stdout)?.[1] ?? firstLine(message)
    throw new ClusterError(`${wanted} Maven could not bring it: ${why}`)
  }
}

/** 4.4.0 names a jar of its tools that is not published. Without a binding of slf4j a bad setting would end a node without a word. */
function pomOf(release: KafkaRelease): string {
  const unpublished =
    '<exclusions><exclusion><groupId>org.apache.kafka</groupId><artifactId>kafka-tools-api</artifactId></exclusion></exclusions>'
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>ackward</groupId><artifactId>kafka</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${release}</version>${release === '4.4.0' ? unpublished : ''}</dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`
}
