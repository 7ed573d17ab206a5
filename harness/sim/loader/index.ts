/** Loads the modules of simulated processes: prepared once outside of the simulation, evaluated for each process inside it. */
export type { Instance } from './instance.ts'
export type { Namespace } from './interop.ts'
export { type Program, type ProgramOptions, prepare } from './program.ts'
export { type Intercept, Slot, type SlotOptions, type StartOptions } from './slot.ts'
export { installStackMapping, mapStack, uninstallStackMapping } from './stack.ts'
