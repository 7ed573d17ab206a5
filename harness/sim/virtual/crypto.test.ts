import crypto from 'node:crypto'
import zlib from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { inside } from './testing/fixture.ts'

const C = 'const c = require("crypto");'
const Z = 'const z = require("zlib");'

it.each<[string, unknown]>([
  ['c.randomBytes(6).length', 6],
  ['c.randomBytes(6).equals(c.randomBytes(6))', false],
  ['c.randomFillSync(new Uint8Array(4)).some((b) => b !== 0)', true],
  ['[...c.randomFillSync(new Uint8Array(4), 2)].slice(0, 2).join()', '0,0'],
  ['new Set(Array.from({ length: 200 }, () => c.randomInt(3))).size', 3],
  ['Math.min(...Array.from({ length: 200 }, () => c.randomInt(5, 7)))', 5],
  ['Number.isSafeInteger(c.randomInt(0, 2 ** 47))', true],
  ['/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(c.randomUUID())', true],
  ['c.getRandomValues(new Uint16Array(2)).length', 2],
  ['c.webcrypto === crypto && c.subtle === crypto.subtle', true],
  ['crypto.randomUUID().length', 36],
  ['crypto.getRandomValues(new Uint8Array(3)).length', 3],
  ['c.createHash("sha256").update("a").digest("hex")', crypto.createHash('sha256').update('a').digest('hex')],
  ['c.hash("sha256", "a")', crypto.createHash('sha256').update('a').digest('hex')],
  ['c.createHmac("md5", "k").update("a").digest("hex")', crypto.createHmac('md5', 'k').update('a').digest('hex')],
  ['c.pbkdf2Sync("p", "s", 10, 8, "sha1").toString("hex")', crypto.pbkdf2Sync('p', 's', 10, 8, 'sha1').toString('hex')],
  ['c.timingSafeEqual(Buffer.from("a"), Buffer.from("a"))', true],
  [
    'c.createCipheriv("aes-128-ctr", Buffer.alloc(16), Buffer.alloc(16)).update("a", "utf8", "hex")',
    crypto.createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update('a', 'utf8', 'hex'),
  ],
])('%s', (expression, expected) => {
  expect(inside().run(`${C} return ${expression}`)).toEqual(expected)
})

it('randomness comes from the stream `crypto`, a draw for four bytes, and not Math.random’s', () => {
  const { run, port } = inside()
  port.calls.length = 0
  run(`${C} c.randomBytes(9); Math.random()`)
  expect(port.calls).toEqual(['draw crypto', 'draw crypto', 'draw crypto', 'draw math'])
})

describe('asynchronous forms are events of their own, in order', () => {
  it.each<[string, unknown[]]>([
    [
      `${C} c.pbkdf2("p", "s", 1, 4, "sha1", (e, k) => out(e, k.toString("hex"))); out("first")`,
      ['first', [null, crypto.pbkdf2Sync('p', 's', 1, 4, 'sha1').toString('hex')]],
    ],
    [
      `${C} c.scrypt("p", "s", 4, (e, k) => out(k.length)); c.hkdf("sha1", "k", "s", "i", 4, (e, k) => out(k.byteLength))`,
      [4, 4],
    ],
    [
      `${C} c.randomBytes(5, (e, b) => out(b.length)); c.randomInt(1, 2, (e, n) => out(n)); c.randomFill(Buffer.alloc(3), (e, b) => out(b.length))`,
      [5, 1, 3],
    ],
    [
      `crypto.subtle.digest("SHA-256", Buffer.from("a")).then((b) => out(Buffer.from(b).toString("hex")))`,
      [crypto.createHash('sha256').update('a').digest('hex')],
    ],
    [`crypto.subtle.digest({ name: "sha-9" }, Buffer.from("a")).catch((e) => out(e.name))`, ['NotSupportedError']],
    [`${Z} z.gzip("abc", (e, b) => z.unzip(b, (e, b) => out(String(b)))); out("first")`, ['first', 'abc']],
    [
      `${Z} require("util").promisify(z.gzip)("abc").then((b) => out(b.toString("hex")))`,
      [zlib.gzipSync('abc').toString('hex')],
    ],
    [
      `${Z} z.deflate("abc", { level: 0 }, (e, b) => out(z.inflateSync(b).toString())); z.brotliCompress("abc", (e, b) => out(z.brotliDecompressSync(b).toString()))`,
      ['abc', 'abc'],
    ],
    [`${Z} z.gunzip(Buffer.from("no"), (e) => out(e.code))`, ['Z_DATA_ERROR']],
    [
      `WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).then((m) => out(m instanceof WebAssembly.Module))`,
      [true],
    ],
    [
      `WebAssembly.instantiate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).then((m) => out(m.instance instanceof WebAssembly.Instance))`,
      [true],
    ],
  ])('%s', async (body, expected) => {
    const here = inside()
    expect(await here.play(body)).toEqual(expected)
    expect(here.port.calls.some((call) => call === 'arm deferred 0 0')).toBe(true)
    expect(here.port.clockMs).toBe(0)
  })
})

it('wrong arguments are thrown at once', () => {
  for (const body of [
    `${Z} z.gzip("a")`,
    `${Z} z.gzip(5, () => {})`,
    `${C} c.pbkdf2("p")`,
    `${C} c.pbkdf2("p", "s", 1, 4, "nonsense", () => {})`,
    `${C} c.randomBytes("5")`,
    `${C} c.randomInt(5, 5)`,
    `${C} c.randomBytes(-1)`,
  ])
    expect(() => inside().run(body), body).toThrow(expect.objectContaining({ code: expect.stringMatching(/^ERR_/) }))
})

it('signs with keys that sign alike each time, and refuses the others', () => {
  const here = inside()
  const run = (pem: string) =>
    here.run(`${C} return c.sign(null, Buffer.from('a'), ${JSON.stringify(pem)}).toString('hex')`)
  const pem = (pair: { privateKey: crypto.KeyObject }) =>
    pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  const ed = pem(crypto.generateKeyPairSync('ed25519'))
  expect(run(ed)).toBe(run(ed))
  expect(() => run(pem(crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' })))).toThrow(
    'crypto.sign with a key of type ec is not simulated',
  )
})

it.each([
  'generateKeyPairSync("ed25519")',
  'generateKeySync("hmac", { length: 64 })',
  'createSign("SHA256")',
  'publicEncrypt("k", Buffer.alloc(1))',
  'createECDH("p256")',
  'subtle.generateKey()',
  'subtle.encrypt()',
])('crypto.%s is refused by name', (call) => {
  expect(() => inside().run(`${C} c.${call}`)).toThrow(`crypto.${call.slice(0, call.indexOf('('))} is not simulated`)
})

it.each(['createGzip', 'createGunzip', 'createBrotliCompress'])('zlib.%s is refused by name', (name) => {
  expect(() => inside().run(`${Z} z.${name}()`)).toThrow(`zlib.${name} is not simulated`)
  expect(() => inside().run(`${Z} new z.Gzip()`)).toThrow('new zlib.Gzip is not simulated')
})
