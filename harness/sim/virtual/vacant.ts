/** The port of a seat on which no process sits yet: sealed from the start, so everything that reaches it is dead. */
import type { Port } from '../port.ts'

const ended = { write() {}, end() {}, destroy() {}, pause() {}, resume() {} }

export const vacant: Port = {
  name: '',
  incarnation: 0,
  pid: 0,
  env: {},
  sealed: true,
  nowMs: () => 0,
  draw: () => 0,
  arm: () => ({ id: 0 }),
  disarm() {},
  connect: () => ended,
  log() {},
  exit() {},
  uncaught() {},
  turn: () => false,
  hang() {},
  escape: () => new Promise(() => {}),
  recorder: { invoke: () => 0, end() {}, note() {} },
}
