/**
 * For tests: everything that a set of module exports holds on to, as text: own properties, contents of maps and sets, and, through
 * the debugger's protocol, the variables of closures. Two instances that behave alike have the same text.
 */
import { Session } from 'node:inspector'
import { types } from 'node:util'
import { SHADOWED } from '../../virtual/index.ts'

interface Remote {
  readonly objectId?: string
  readonly value?: unknown
  readonly unserializableValue?: string
}
interface Property {
  readonly name: string
  readonly value?: Remote
}

const HELD = '__ackward_test_held__'
const held = globalThis as unknown as Record<string, unknown>
const MODULE_SCOPE = new Set(['exports', 'require', 'module', '__filename', '__dirname', 'arguments'])

/** Looks into functions of files in `dir`; others count by their name. */
export function digest(roots: Record<string, unknown>, dir: string): string[] {
  const session = new Session()
  session.connect()
  try {
    return new Digest(session, dir).of(roots)
  } finally {
    session.disconnect()
    delete held[HELD]
  }
}

class Digest {
  readonly #session: Session
  readonly #numbers = new Map<object, number>()
  readonly #lines: string[] = []
  readonly #todo: object[] = []

  readonly #scripts = new Set<string>()

  constructor(session: Session, dir: string) {
    this.#session = session
    session.on('Debugger.scriptParsed', ({ params }) => {
      if (params.url.includes(dir)) this.#scripts.add(params.scriptId)
    })
    this.#call('Debugger.enable', {})
  }

  of(roots: Record<string, unknown>): string[] {
    for (const [name, root] of Object.entries(roots)) this.#lines.push(`${name}: ${this.#name(root)}`)
    for (let next = this.#todo.shift(); next !== undefined; next = this.#todo.shift())
      this.#lines.push(`#${this.#numbers.get(next)} ${this.#describe(next)}`)
    return this.#lines
  }

  /** A primitive as itself, an object by its number, in the order in which they are met. */
  #name(value: unknown): string {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null)
      return typeof value === 'symbol' ? String(value) : `${typeof value} ${String(value)}`
    if (ArrayBuffer.isView(value))
      return `${value.constructor.name} ${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}`
    if (typeof value === 'function' && !this.#isOwn(value)) return `foreign ${value.name}`
    let number = this.#numbers.get(value)
    if (number === undefined) {
      this.#numbers.set(value, (number = this.#numbers.size))
      this.#todo.push(value)
    }
    return `#${number}`
  }

  #describe(object: object): string {
    const parts = Reflect.ownKeys(object).map((key) => {
      const { value, get } = Reflect.getOwnPropertyDescriptor(object, key)!
      return `${String(key)}=${this.#name(get ?? value)}`
    })
    if (types.isMap(object) || types.isSet(object))
      parts.push(...[...object].flat().map((item) => `item ${this.#name(item)}`))
    if (typeof object === 'function') {
      parts.push(`text ${Function.prototype.toString.call(object).slice(0, 60).replace(/\s+/g, ' ')}`)
      for (const [name, value] of this.#variables(object)) parts.push(`${name}:=${this.#name(value)}`)
    }
    return parts.join('; ')
  }

  #isOwn(callee: object): boolean {
    const location = this.#internalOf(callee, '[[FunctionLocation]]')?.value as { scriptId: string } | undefined
    return location !== undefined && this.#scripts.has(location.scriptId)
  }

  /** Of the scopes around a function, out to its module's; the virtual globals around that are the slot's. */
  #variables(callee: object): [string, unknown][] {
    const scopes = this.#internalOf(callee, '[[Scopes]]')?.objectId
    if (scopes === undefined) return []
    const found: [string, unknown][] = []
    for (const { value } of this.#properties(scopes)) {
      const variables = value?.objectId === undefined ? [] : this.#properties(value.objectId)
      // The global scope, and the parameters of the outer function.
      if (
        variables.length > 200 ||
        variables.some(
          ({ name }) => name !== 'crypto' && name !== 'process' && SHADOWED.includes(name) && !MODULE_SCOPE.has(name),
        )
      )
        continue
      for (const { name, value } of variables)
        if (!MODULE_SCOPE.has(name) && value !== undefined) found.push([name, this.#value(value)])
    }
    return found
  }

  #value(remote: Remote): unknown {
    if (remote.objectId === undefined) return remote.unserializableValue ?? remote.value
    this.#call('Runtime.callFunctionOn', {
      objectId: remote.objectId,
      functionDeclaration: `function () { globalThis.${HELD} = this }`,
    })
    return held[HELD]
  }

  #properties(objectId: string): Property[] {
    const { result } = this.#call<{ result: Property[] }>('Runtime.getProperties', { objectId, ownProperties: true })
    return result.filter(({ name }) => name !== 'length' || result.length > 1)
  }

  #internalOf(object: object, name: string): Remote | undefined {
    held[HELD] = object
    const { objectId } = this.#call<{ result: Remote }>('Runtime.evaluate', { expression: `globalThis.${HELD}` }).result
    const { internalProperties } = this.#call<{ internalProperties?: Property[] }>('Runtime.getProperties', {
      objectId: objectId!,
      ownProperties: true,
    })
    return internalProperties?.find((property) => property.name === name)?.value
  }

  /** The session is of this very thread: it answers before it returns. */
  #call<T>(method: string, parameters: object): T {
    let answer: T | undefined
    let failed: Error | null = null
    this.#session.post(method, parameters, (error, result) => {
      failed = error
      answer = result as T
    })
    if (failed !== null) throw failed
    return answer!
  }
}
