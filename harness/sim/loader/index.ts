/** Loads the modules of simulated processes: prepared once outside of the simulation, evaluated for each process inside it. */
export { type Program, prepare } from './program.ts'
export { type Intercept, Slot } from './slot.ts'
export { installStackMapping } from './stack.ts'
