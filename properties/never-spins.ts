import type { LoopPlace } from '../harness/history/op.ts'
import { evidence } from './evidence.ts'
import type { Party, Property } from './property.ts'
import { type Fault, violatedBy } from './verdicts.ts'

/** Whose loop it is: all that is not the client's is what the application is made of. */
export const ownerOf = (loop: LoopPlace | undefined): Party => (loop?.package === 'kafkajs' ? 'client' : 'application')

/**
 * A loop that awaits only what is there already hands over to microtasks and to nothing else: no timer fires, no byte is read, no signal
 * is answered, and the process takes a whole core until it is killed from outside.
 * Smallest violation: a loop of kafkajs goes round 100,000 times in one event, and awaits nothing that has to come from elsewhere.
 */
export const neverSpins: Property = {
  name: 'never-spins',
  party: 'client',
  says: 'no loop goes round for ever without letting anything else of its process run',
  cannotSee:
    'a loop that awaits nothing at all, or looks at the clock; one that goes on through callbacks: such a run is unknown',
  clauses: [
    {
      name: 'never-spins',
      says: 'no loop goes round for ever without letting anything else of its process run',
      explains: [],
      advice:
        'Nothing within the process can notice: no timer fires and no signal is answered. Have something outside kill it: a liveness probe, and after SIGTERM a grace period.',
    },
  ],
  applies: () => true,
  judge(views) {
    const faults: Fault[] = []
    for (const { process, index, body } of views.byWhat.of('process')) {
      if (body.is !== 'hung') continue
      const says = `${process} hangs: ${body.why}`
      faults.push({ party: ownerOf(body.loop), evidence: evidence(says, [], [index]) })
    }
    return violatedBy(faults)
  },
}
