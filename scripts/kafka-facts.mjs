// Derives harness/wire/facts/kafka-RELEASE.json from Apache Kafka's own message definitions, so that a test can compare
// our declarations with them. The definitions themselves (Apache License 2.0) are not copied into this project.
//
//   node scripts/kafka-facts.mjs RELEASE SOURCE
//
// SOURCE is a class path, kafka-clients of that release first and slf4j-api behind it (needs `unzip` and `java`), or a
// directory with the files of its common/message: then the table of error codes, which only the jar can tell, is taken
// over from the last run.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

const [release, source] = process.argv.slice(2)
if (source === undefined) {
  process.stderr.write('usage: node scripts/kafka-facts.mjs RELEASE CLASS-PATH-OR-DIRECTORY\n')
  process.exit(64)
}

const output = new URL(`../harness/wire/facts/kafka-${release}.json`, import.meta.url)
const isJar = source.endsWith('.jar')
const clientsJar = source.split(delimiter)[0]

// What brokers say to each other and to controllers only.
const amongBrokers =
  /^(AllocateProducerIds|AlterPartition|AssignReplicasToDirs|BeginQuorumEpoch|BrokerHeartbeat|BrokerRegistration|ControlledShutdown|ControllerRegistration|EndQuorumEpoch|Envelope|FetchSnapshot|LeaderAndIsr|StopReplica|UpdateMetadata|UpdateRaftVoter|Vote)$/
const otherMessages = ['ConsumerProtocolSubscription', 'ConsumerProtocolAssignment']

const work = mkdtempSync(join(tmpdir(), 'kafka-facts-'))
try {
  const text = `${JSON.stringify(facts(isJar ? unpack() : source))}\n`
  writeFileSync(output, text)
  execFileSync('npx', ['biome', 'format', '--write', output.pathname], { stdio: 'inherit' })
} finally {
  rmSync(work, { recursive: true })
}

function unpack() {
  execFileSync('unzip', ['-q', '-j', clientsJar, 'common/message/*.json', '-d', work])
  return work
}

function facts(directory) {
  const found = new Map()
  for (const file of readdirSync(directory).sort()) {
    if (!file.endsWith('.json')) continue
    const definition = parse(readFileSync(join(directory, file), 'utf8'))
    found.set(definition.name, definition)
  }
  const apis = {}
  const requests = [...found.values()].filter((definition) => definition.type === 'request')
  for (const request of requests.sort((a, b) => a.apiKey - b.apiKey)) {
    const name = request.name.replace(/Request$/, '')
    if (amongBrokers.test(name) || request.validVersions === 'none') continue
    const response = found.get(`${name}Response`)
    apis[name] = {
      key: request.apiKey,
      versions: request.validVersions,
      flexible: request.flexibleVersions,
      request: fields(request),
      response: fields(response),
    }
  }
  const messages = {}
  for (const name of otherMessages) {
    const definition = found.get(name)
    messages[name] = {
      versions: definition.validVersions,
      flexible: definition.flexibleVersions,
      fields: fields(definition),
    }
  }
  return { release, apis, messages, errors: isJar ? errorsOf() : errorsOfLastRun() }
}

/** JSON with comments. No string in the definitions holds two slashes after a blank. */
function parse(text) {
  return JSON.parse(text.replace(/^\s*\/\/.*$|\s\/\/ .*$/gm, ''))
}

/** A field is a line of text; one with fields inside is a list that its own line opens. */
function fields(definition) {
  const common = new Map((definition.commonStructs ?? []).map((struct) => [struct.name, struct.fields]))
  const tell = (field) => {
    const isArray = field.type.startsWith('[]')
    const type = isArray ? field.type.slice(2) : field.type
    const inside = field.fields ?? common.get(type)
    const line = [lowerFirst(field.name), `${isArray ? '[]' : ''}${inside ? 'struct' : type}`, field.versions]
    if (field.nullableVersions !== undefined) line.push(`nullable=${field.nullableVersions}`)
    if (field.default !== undefined) line.push(`default=${defaultOf(type, isArray, field.default)}`)
    if (field.tag !== undefined) line.push(`tag=${field.tag}@${field.taggedVersions}`)
    if (field.ignorable === true) line.push('ignorable')
    return inside ? [line.join(' '), ...inside.map(tell)] : line.join(' ')
  }
  return definition.fields.map(tell)
}

function lowerFirst(name) {
  return name.charAt(0).toLowerCase() + name.slice(1)
}

function defaultOf(type, isArray, value) {
  const text = String(value)
  if (text === 'null' || isArray) return 'null'
  if (type === 'string') return JSON.stringify(text)
  return /^u?int/.test(type) ? String(BigInt(text)) : text
}

function errorsOf() {
  const program = join(work, 'Print.java')
  writeFileSync(
    program,
    `import org.apache.kafka.common.errors.RetriableException;
     import org.apache.kafka.common.protocol.Errors;
     public class Print {
       public static void main(String[] args) {
         for (Errors error : Errors.values())
           System.out.println(error.name() + " " + error.code() + (error.exception() instanceof RetriableException ? " retriable" : ""));
       }
     }`,
  )
  const printed = execFileSync('java', ['-cp', source, program], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return printed.trim().split('\n')
}

function errorsOfLastRun() {
  return existsSync(output) ? JSON.parse(readFileSync(output, 'utf8')).errors : []
}
