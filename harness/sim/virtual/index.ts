/** The virtual environment of a simulated process. The loader puts it around modules; the rest is for the kernel. */
export { EPOCH_MS } from './date.ts'
export { createEnvironment, type Environment } from './environment.ts'
export { harden } from './harden.ts'
export { SHADOWED } from './names.ts'
export type { Life } from './process.ts'
export { Refused } from './refused.ts'
export { Exited, type Fn, type Seat } from './seat.ts'
export { vacant } from './vacant.ts'
