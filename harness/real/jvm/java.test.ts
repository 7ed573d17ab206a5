import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ClusterError } from '../../cluster.ts'
import { jarsOf } from './jars.ts'
import { findJava } from './java.ts'

let home = ''
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'ackward-java-'))
})
afterAll(() => rm(home, { recursive: true, force: true }))

/** A JAVA_HOME whose java says this. */
async function javaThatSays(name: string, script: string): Promise<string> {
  const bin = join(home, name, 'bin')
  await mkdir(bin, { recursive: true })
  await writeFile(join(bin, 'java'), `#!/bin/sh\n${script}\n`)
  await chmod(join(bin, 'java'), 0o755)
  return join(home, name)
}

const refusal = async (JAVA_HOME: string): Promise<string> => {
  const error = await findJava({ JAVA_HOME, PATH: process.env.PATH }).catch((one: unknown) => one)
  expect(error).toBeInstanceOf(ClusterError)
  return (error as Error).message
}

describe('the Java runtime', () => {
  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['java version "21" 2023-09-19 LTS', 21],
  ])('%s', async (line, version) => {
    const JAVA_HOME = await javaThatSays(`of-${version}`, `echo '${line}' >&2`)
    expect(await findJava({ JAVA_HOME, PATH: process.env.PATH })).toEqual({
      command: join(JAVA_HOME, 'bin', 'java'),
      version,
    })
  })

  it('that is not there, too old or broken: one line, and what to do', async () => {
    expect(await refusal(join(home, 'nowhere'))).toMatch(
      /bin\/java was not found\. Install a Java runtime, 17 or later, or name one by JAVA_HOME\.$/,
    )
    expect(await refusal(await javaThatSays('old', `echo 'java version "1.8.0_292"' >&2`))).toMatch(
      /is java version "1\.8\.0_292", which is too old\. Install/,
    )
    expect(await refusal(await javaThatSays('broken', 'exit 3'))).toMatch(/does not run: .*\. Install/)
  })
})

it('jars that are not there, and nobody who could bring them: one line, and what to do', async () => {
  const env = { PATH: join(home, 'nothing'), ACKWARD_CACHE: join(home, 'cache') }
  await expect(jarsOf('3.9.2', env)).rejects.toThrow(
    `Apache Kafka 3.9.2 is not in the cache, and mvn, which would bring it, was not found. Install Maven, or copy the jars to ${join(home, 'cache', 'kafka-3.9.2')}.`,
  )
})

it('jars that Maven can’t bring: what it said', async () => {
  const bin = join(home, 'maven')
  await mkdir(bin)
  await writeFile(join(bin, 'mvn'), '#!/bin/sh\necho "[ERROR] Could not transfer artifact: unknown host"\nexit 1\n')
  await chmod(join(bin, 'mvn'), 0o755)
  await expect(
    jarsOf('4.4.0', { PATH: `${bin}:${process.env.PATH}`, ACKWARD_CACHE: join(home, 'cache') }),
  ).rejects.toThrow(
    'Apache Kafka 4.4.0 is not in the cache, and Maven could not bring it: Could not transfer artifact: unknown host',
  )
})
