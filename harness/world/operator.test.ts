import { describe } from 'vitest'
import { Clock } from '../sim/clock.ts'
import type { Proc } from '../sim/process.ts'
import { stream } from '../sim/random.ts'
import { ModelOperator } from './operator.ts'
import { SimulatedCluster } from './simulated-cluster.ts'
import { clusterContract } from './testing/cluster-contract.ts'

function modelled(replication: number): ModelOperator {
  const draws = stream('operator', 'cluster')
  const cluster = new SimulatedCluster(
    { brokers: 3, replication, imitate: '3.9', topics: [], latencyMs: 1, chunks: 'whole' },
    { int: (_name, below) => draws.int(below), bytes: (_name, length) => draws.bytes(length) },
    new Clock<Proc>(),
    {
      note() {},
      taken() {},
      replicated() {},
      answer() {},
      close() {},
      broken: (violations) => {
        throw new Error(violations.join('; '))
      },
    },
  )
  return new ModelOperator(cluster, () => 0)
}

describe('with one copy of each partition', () => clusterContract({ make: () => modelled(1), copies: 'one' }))
