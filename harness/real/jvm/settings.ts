/** server.properties of the nodes of a cluster: each is broker and controller, and has its ports to itself. */

export interface NodeAddress {
  readonly id: number
  readonly port: number
  readonly controllerPort: number
  readonly rack: string | null
}

export interface NodeSettings {
  readonly nodes: readonly NodeAddress[]
  readonly node: NodeAddress
  readonly folder: string
  /** Settings of Kafka that differ from what is here. */
  readonly overrides: Readonly<Record<string, string>>
}

export const HOST = '127.0.0.1'

/** As a test wants it: small internal topics, groups that form at once, and failures that are seen within seconds. */
export function serverProperties({ nodes, node, folder, overrides }: NodeSettings): string {
  const copies = String(Math.min(3, nodes.length))
  const properties: Readonly<Record<string, string>> = {
    'process.roles': 'broker,controller',
    'node.id': String(node.id),
    'controller.quorum.voters': nodes.map(({ id, controllerPort }) => `${id}@${HOST}:${controllerPort}`).join(','),
    listeners: `PLAINTEXT://${HOST}:${node.port},CONTROLLER://${HOST}:${node.controllerPort}`,
    'advertised.listeners': `PLAINTEXT://${HOST}:${node.port}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': folder,
    ...(node.rack === null ? {} : { 'broker.rack': node.rack }),
    'auto.create.topics.enable': 'false',
    'offsets.topic.num.partitions': '1',
    'offsets.topic.replication.factor': copies,
    'transaction.state.log.num.partitions': '1',
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': nodes.length > 1 ? '2' : '1',
    'group.initial.rebalance.delay.ms': '0',
    'group.min.session.timeout.ms': '100',
    'broker.session.timeout.ms': '1500',
    'broker.heartbeat.interval.ms': '200',
    'controller.quorum.fetch.timeout.ms': '1000',
    'controller.quorum.election.timeout.ms': '500',
    'controller.quorum.election.backoff.max.ms': '500',
    'replica.lag.time.max.ms': '3000',
    'log.cleaner.dedupe.buffer.size': '2097152',
    ...overrides,
  }
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}
