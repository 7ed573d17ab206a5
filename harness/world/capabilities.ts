/** What the simulated cluster can do. */
import type { Capabilities } from '../cluster.ts'

export const MODEL_CAPABILITIES: Capabilities = {
  deterministic: true,
  killBroker: true,
  pauseBroker: false,
  wipeBroker: true,
  moveLeader: true,
  moveCoordinator: true,
  recreateTopic: true,
  deleteRecords: true,
  resetOffsets: true,
  crashMachine: true,
  partitionBrokers: true,
  electUnclean: true,
  fillDisk: true,
  holdMetadata: true,
  loseController: true,
  slowCoordinator: true,
  slowMarkers: true,
  resetCluster: true,
  requestFaults: true,
  seesStorage: true,
  maxBrokers: 5,
}
