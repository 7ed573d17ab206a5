/** What happens on the way between processes and brokers, and to answers. */
import { all, type Entries } from '../entry.ts'

type Ids = 'lost-ack' | 'cut-answer' | 'lost-request' | 'error-answer' | 'slow-link' | 'black-hole'

export const connectionKinds: Entries<Ids> = {
  'lost-ack': {
    says: 'a request is carried out and its answer never comes, or comes too late',
    layer: 'connection',
    parameters: {
      how: 'fin, rst: the connection ends instead; late: the answer comes after lateMs',
      lateMs: 'how late, where how is late; longer than the timeout of the client if it is left out',
    },
    needs: ['requestFaults'],
    covers: all('nothing was lost: whoever asks again must bear that it was done already'),
  },
  'cut-answer': {
    says: 'a request is carried out, and the connection ends in the middle of its answer',
    layer: 'connection',
    parameters: { how: 'fin or rst: how the connection ends', bytes: 'how many bytes of the answer come before that' },
    needs: ['requestFaults'],
    covers: all('half an answer is none: as after a lost one, whoever asks again must bear that it was done already'),
  },
  'lost-request': {
    says: 'a request never reaches the broker: the connection ends first',
    layer: 'connection',
    parameters: { how: 'fin or rst: how the connection ends' },
    needs: ['requestFaults'],
    covers: all('nothing was done, and the client can see that it was not answered'),
  },
  'error-answer': {
    says: 'a broker answers a request with an error that it may give at any time, whether or not it carried it out',
    layer: 'response',
    parameters: {
      error:
        'which error; before the request was applied it stands instead of that, after it was applied in spite of that',
    },
    needs: ['requestFaults'],
    covers: all('these errors say: ask again. Whoever does must bear that it was done already'),
  },
  'slow-link': {
    says: 'everything between a process and the brokers takes longer for a while',
    layer: 'connection',
    parameters: { latencyMs: 'how much longer each way takes', ms: 'for how long' },
    needs: ['requestFaults'],
    covers: all('late is not lost: a client that has given up waiting must assume that it may have happened'),
  },
  'black-hole': {
    says: 'nothing gets through between a process and a broker, or all of them, in both directions or one, and no connection ends',
    layer: 'connection',
    parameters: {
      broker: 'which broker, by role or by id, or all',
      way: 'both; up: what the process sends; down: what it would get',
      ms: 'for how long; then the hosts send again what was not received',
    },
    needs: ['requestFaults'],
    covers: all('who hears nothing cannot tell a slow peer from a dead one, and must not take silence for a no'),
  },
}
