/**
 * Which global names simulated code sees as its own: they are parameters of a function around its module, so they hide the
 * host's. Everything that the host's global object has is hidden unless it is listed as safe; what a test runner or another
 * library puts there is none of a simulated process' business.
 */

/** Pure, or as good as: left to the host. */
const SAFE = new Set(
  `Object Function Array Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Promise RegExp Error
  AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError SuppressedError JSON ArrayBuffer
  SharedArrayBuffer Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array Float16Array Float32Array Float64Array
  Uint8ClampedArray BigUint64Array BigInt64Array DataView Map BigInt Set WeakMap WeakSet Proxy Reflect Iterator DisposableStack
  AsyncDisposableStack decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape isFinite isNaN Buffer URL
  URLSearchParams DOMException AbortController Event EventTarget CustomEvent TextEncoder TextDecoder TransformStream
  TransformStreamDefaultController WritableStream WritableStreamDefaultController WritableStreamDefaultWriter ReadableStream
  ReadableStreamDefaultReader ReadableStreamBYOBReader ReadableStreamBYOBRequest ReadableByteStreamController
  ReadableStreamDefaultController ByteLengthQueuingStrategy CountQueuingStrategy TextEncoderStream TextDecoderStream
  structuredClone atob btoa Headers`.split(/\s+/),
)
/** Left to the host's list above, but made anew here. */
SAFE.delete('Function')

/** What loops that await call at every turn; written into them by the loader. */
export const TURN = '__ackward_turn__'

/** Made by the environment, each by a file of this folder. */
const VIRTUAL =
  `globalThis global Date Math Intl setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate
  queueMicrotask performance process console crypto AbortSignal WeakRef FinalizationRegistry Atomics WebAssembly navigator
  Function babelHelpers ${TURN}`.split(/\s+/)

/** Throw when used. */
export const REFUSED =
  `eval fetch WebSocket EventSource MessageChannel MessagePort BroadcastChannel Worker Blob File FormData
  Request Response CompressionStream DecompressionStream localStorage sessionStorage PerformanceObserver SubtleCrypto Crypto
  CryptoKey`.split(/\s+/)

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/

/** The names that shadow the host's, in the order in which their values are given. Those with no value read as undefined. */
export const SHADOWED: readonly string[] = [
  ...new Set([...VIRTUAL, ...REFUSED, 'self', ...Object.getOwnPropertyNames(globalThis)]),
].filter((name) => IDENTIFIER.test(name) && !SAFE.has(name))

/** The host's own globals that `globalThis` of a simulated process shows too. */
export const SHARED: readonly string[] = [...SAFE].filter((name) => name in globalThis)
