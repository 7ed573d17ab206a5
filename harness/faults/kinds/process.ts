/** What happens to processes. */
import { all, type Entries } from '../entry.ts'

export const processKinds: Entries<'crash' | 'pause' | 'stop' | 'second-instance'> = {
  crash: {
    says: 'a process is killed (SIGKILL) in the middle of a call, and its supervisor starts it again',
    layer: 'process',
    parameters: {},
    needs: [],
    covers: all('processes die; the log, the committed offsets and the store of the application outlive them'),
  },
  pause: {
    says: 'a process stands still (SIGSTOP, a long garbage collection) and then goes on where it was, perhaps without its partitions',
    layer: 'process',
    parameters: {
      ms: 'how long it stands still',
      until: 'successor: it stands still until a second instance of it has started, and for ms after that',
    },
    needs: [],
    covers: all('who has lost its partitions is told so, or refused, before it can do harm'),
  },
  stop: {
    says: 'a process is asked to stop (SIGTERM, or stop() of its entry), as in every deployment, and started again',
    layer: 'process',
    parameters: { graceMs: 'after how long it is killed when it has not ended' },
    needs: [],
    covers: all('a process that is told to stop may finish what it has begun; one that is killed for it has crashed'),
  },
  'second-instance': {
    says: 'another process of the same configuration (group instance id, transactional id) starts beside one that lives or stands still',
    layer: 'process',
    parameters: { afterMs: 'how long after the call it starts' },
    needs: [],
    covers: all('membership and epochs are there so that one of the two is refused'),
  },
}
