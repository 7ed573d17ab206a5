/** What a benchmark runs plans on: a stage of this checkout, in a thread that is as hard as those of the pool. */
import { installStackMapping } from '../harness/sim/loader/index.ts'
import { harden, setTripwires } from '../harness/sim/virtual/index.ts'
import { createStage, type ModuleStage } from '../harness/world/stage.ts'

export function benchStage(): ModuleStage {
  installStackMapping()
  harden()
  setTripwires()
  return createStage({ root: process.cwd(), apps: new URL('../scenarios/apps/', import.meta.url) })
}
