/** A release of Apache Kafka that is ready to be started. */
import { ClusterError } from '../../cluster.ts'
import { cachedJars, cacheFolder, jarsOf, type KafkaRelease } from './jars.ts'
import { findJava, type Java } from './java.ts'

export interface Installed {
  readonly release: KafkaRelease
  readonly java: Java
  readonly jars: readonly string[]
  /** The folder in which what takes time to make is kept for the next run. */
  readonly cache: string
}

/** Rejects with a ClusterError that says what is missing and what to do. */
export async function install(release: KafkaRelease): Promise<Installed> {
  const java = await findJava()
  return { release, java, jars: await jarsOf(release), cache: cacheFolder() }
}

/** Why this release can't be started at once, for tests, which bring nothing themselves; '' when it can. */
export async function whyNot(release: KafkaRelease): Promise<string> {
  try {
    await findJava()
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error
    return error.message
  }
  const jars = await cachedJars(release)
  return jars.length > 0 ? '' : `Apache Kafka ${release} is not in the cache: npm run conformance brings it`
}
