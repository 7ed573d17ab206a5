/** `node:util` of the host, without what reads the host's environment, arguments or terminal. */
import util from 'node:util'
import type { Fn, Seat } from './seat.ts'

export function createUtil(seat: Seat): object {
  const silent = Object.assign(() => undefined, { enabled: false })
  const debuglog = () => silent
  const deprecate = (callback: Fn, message: string, code?: string) => {
    let warned = false
    return function deprecated(this: unknown, ...args: unknown[]): unknown {
      if (!warned) seat.warn(code === undefined ? message : `[${code}] ${message}`, 'DeprecationWarning')
      warned = true
      return new.target === undefined ? callback.apply(this, args) : Reflect.construct(callback, args, new.target)
    }
  }
  const parseArgs = (config: util.ParseArgsConfig = {}) => util.parseArgs({ args: [], ...config })
  const styleText = (format: string | string[], text: string) => {
    const codes = util.inspect.colors as Record<string, [number, number] | undefined>
    return [format]
      .flat()
      .reduceRight(
        (inner, name) =>
          codes[name] === undefined ? inner : `\u001b[${codes[name][0]}m${inner}\u001b[${codes[name][1]}m`,
        text,
      )
  }
  const log = (...args: unknown[]) => seat.port.log('log', util.format(...args))
  return { ...util, ...('log' in util && { log }), debuglog, debug: debuglog, deprecate, parseArgs, styleText }
}
