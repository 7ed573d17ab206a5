/**
 * `Function`, for the libraries that generate code (schema compilers such as avsc, ajv, protobufjs): what is made from text sees
 * the same virtual globals as a module does. Each text is compiled once per thread.
 */
import { compileFunction } from 'node:vm'
import { SHADOWED } from './names.ts'
import type { Fn } from './seat.ts'

const compiled = new Map<string, Fn>()

/** A library that generates texts without end must not fill the memory of a campaign. */
const MAX_TEXTS = 10_000

export function createFunction(values: () => readonly unknown[], globalObject: () => object): Fn {
  function VirtualFunction(...parts: unknown[]): Fn {
    const body = String(parts.pop() ?? '')
    // The usual way to ask for the global object; in sloppy code it would be the host's.
    if (parts.length === 0 && /^\s*return this;?\s*$/.test(body)) return () => globalObject()
    const text = `return (function anonymous(${parts.join(',')}\n) {\n${body}\n})`
    let outer = compiled.get(text)
    if (outer === undefined) {
      outer = compileFunction(text, [...SHADOWED], { filename: 'Function' }) as Fn
      if (compiled.size < MAX_TEXTS) compiled.set(text, outer)
    }
    return outer(...values())
  }
  Object.defineProperty(VirtualFunction, 'name', { value: 'Function' })
  Object.defineProperty(VirtualFunction, 'length', { value: 1 })
  // The one that every function has: `f instanceof Function` and `Function.prototype.toString.call(f)` hold.
  Object.defineProperty(VirtualFunction, 'prototype', { value: Function.prototype, writable: false })
  return VirtualFunction
}
