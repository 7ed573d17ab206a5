/**
 * What an `import` sees of something that is no ECMAScript module: a namespace whose default is `module.exports`.
 *
 * Names are those of the exported object itself. Node looks for them in the text, so it finds fewer (none behind a spread);
 * what it finds is the same. Values are taken once, when the module has been evaluated, as Node does.
 */

export type Namespace = Record<string, unknown>

/** `compiled`: as TypeScript's and Babel's output does it: with `__esModule`, the exports are the namespace. */
export function namespaceOf(exports: unknown, compiled: boolean): Namespace {
  if (compiled && isObject(exports) && (exports as Namespace).__esModule === true) return exports as Namespace
  const namespace: Namespace = Object.create(null)
  Object.defineProperty(namespace, Symbol.toStringTag, { value: 'Module' })
  if (isObject(exports) && !Array.isArray(exports))
    for (const name of Object.keys(exports)) {
      try {
        namespace[name] = (exports as Namespace)[name]
      } catch {
        // A getter that throws: a name without a value.
        namespace[name] = undefined
      }
    }
  namespace.default = exports
  return namespace
}

/** A refused built-in gives any name. */
export function openNamespaceOf(exports: object): Namespace {
  return new Proxy(exports as Namespace, {
    get: (target, name) => (name === 'default' ? target : Reflect.get(target, name)),
  })
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

/** As Node says it, when a name is imported that isn't there. */
export function missingExport(specifier: string, name: string, from: string): SyntaxError {
  return new SyntaxError(
    `The requested module '${specifier}' does not provide an export named '${name}' (imported from ${from})`,
  )
}
