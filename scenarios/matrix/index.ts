/** What the repository states of its applications, and what `ackward matrix` holds against what comes out. */
import { consumers } from './consumers.ts'
import { positions } from './positions.ts'
import { producers } from './producers.ts'
import { relays } from './relays.ts'
import type { Statement } from './statement.ts'

export type { Statement } from './statement.ts'

export const matrixRows: readonly Statement[] = [...consumers, ...positions, ...producers, ...relays]
